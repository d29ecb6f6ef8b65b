//! The lab as a service: its routes, its folder, its loops, and a page for people.
//!
//! Everything is done by one thread, in the order in which requests are complete; whatever is answered is on disk before.
//! What a client can make the lab hold is bounded: connections, heads, bodies, times, and the plans of the lab itself.

mod background;
mod disk;
mod guard;
mod journal;
mod page;
mod routes;
mod state;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, oneshot};
use tokio_io_timeout::TimeoutStream;

pub use background::Background;

use disk::Disk;
use routes::SharedState;
use state::State;

/// The longest body, in bytes: 255 balancers, and room.
pub const BODY_LIMIT: usize = 64 << 10;
/// The longest head of a request, in bytes.
pub const HEAD_LIMIT: usize = 16 << 10;
/// How many connections are open at a time; more wait until one ends.
pub const CONNECTION_LIMIT: usize = 4096;
/// How long a connection may be idle, or take for the head of a request.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a body may take.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take nothing of an answer.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests that were begun may take when the lab ends. Connections that are only kept open need not be waited for.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// How a lab is served.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where it listens; port 0 is any that is free.
    pub address: SocketAddr,
    /// Where it keeps its zone and its plans.
    pub folder: PathBuf,
    /// What happens by itself.
    pub background: Option<Background>,
}

/// Why a lab cannot be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot listen.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The folder or a file in it cannot be used.
    #[error("{}: {}", .0.display(), .1)]
    Disk(PathBuf, String),
    /// An environment variable does not say what it should.
    #[error("{0} is `{1}`; it must be {2}")]
    Variable(String, String, &'static str),
    /// The operating system refuses.
    #[error("cannot serve: {0}")]
    System(#[from] io::Error),
}

/// A lab that listens; it answers when it [runs](Self::run).
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: SharedState,
    background: Option<Background>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Takes the address and the folder, and reads what is in it.
    ///
    /// # Errors
    ///
    /// The address is taken, another lab uses the folder, or a file in it is not as a lab writes it.
    ///
    /// ```
    /// use itf_dns_lab::server::{ServeOptions, Server};
    /// let folder = tempfile::tempdir()?;
    /// let options =
    ///     ServeOptions { address: "127.0.0.1:0".parse()?, folder: folder.path().to_owned(), background: None };
    /// let server = Server::bind(&options)?;
    /// assert_ne!(server.address().port(), 0);
    /// assert!(Server::bind(&options).is_err(), "another lab uses the folder");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bind(options: &ServeOptions) -> Result<Self, ServeError> {
        let mut disk = Disk::open(&options.folder)?;
        let lab = disk.read()?;
        let cannot = |e| ServeError::Listen(options.address, e);
        let listener = TcpListener::bind(options.address).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        listener.set_nonblocking(true)?;
        let state = Arc::new(Mutex::new(State::new(disk, lab)));
        Ok(Self { listener, address, state, background: options.background })
    }

    /// Where it listens.
    ///
    /// ```
    /// # use itf_dns_lab::server::{ServeOptions, Server};
    /// # let folder = tempfile::tempdir()?;
    /// # let address = "127.0.0.1:0".parse()?;
    /// # let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    /// assert!(Server::bind(&options)?.address().ip().is_loopback());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is told to end by SIGINT or SIGTERM; says so by `ready` once it listens to them, so that
    /// nobody who waited for that can end it in another way. Whoever is told so need not listen: `ready` is not waited for.
    ///
    /// # Errors
    ///
    /// The operating system refuses a thread, a signal or a socket.
    pub fn run(self, ready: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), ServeError> {
        self.run_until(async {
            let mut signals = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let mut told = tokio::task::spawn_blocking(ready);
            let told = async {
                // A panic of whoever tells is the trouble of that thread.
                (&mut told).await.unwrap_or(Ok(()))?;
                std::future::pending::<io::Result<()>>().await
            };
            tokio::select! {
                failed = told => failed,
                _ = signals.0.recv() => Ok(()),
                _ = signals.1.recv() => Ok(()),
            }
        })
    }

    /// Serves in a thread of its own until the answer is dropped.
    ///
    /// ```
    /// use itf_dns_lab::server::{ServeOptions, Server};
    /// # let folder = tempfile::tempdir()?;
    /// # let address = "127.0.0.1:0".parse()?;
    /// # let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    /// let running = Server::bind(&options)?.start();
    /// assert!(running.url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start(self) -> Running {
        let (stop, stopped) = oneshot::channel::<()>();
        let address = self.address;
        let thread = std::thread::spawn(move || {
            self.run_until(async {
                // Told, or forgotten: both mean that it is over.
                let _ = stopped.await;
                Ok(())
            })
        });
        Running { address, stop: Some(stop), thread: Some(thread) }
    }

    fn run_until(self, end: impl Future<Output = io::Result<()>>) -> Result<(), ServeError> {
        raise_limit();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            if let Some(times) = self.background {
                background::start(&self.state, times);
            }
            let router = routes::router(self.state.clone(), self.address.ip().is_loopback());
            let room = Arc::new(Semaphore::new(CONNECTION_LIMIT));
            let mut end = std::pin::pin!(end);
            loop {
                let accepted = tokio::select! {
                    ended = &mut end => break ended,
                    accepted = async {
                        // The semaphore is never closed.
                        let place = room.clone().acquire_owned().await.ok();
                        listener.accept().await.map(|(stream, _)| (stream, place))
                    } => accepted,
                };
                match accepted {
                    Ok((stream, place)) => {
                        let service = TowerToHyperService::new(router.clone());
                        tokio::spawn(async move {
                            connection(stream, service).await;
                            drop(place);
                        });
                    }
                    // Out of file descriptors, or a client that is gone already: others will end.
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }?;
            // What was begun is answered, if it is soon.
            let all = u32::try_from(CONNECTION_LIMIT).unwrap_or(u32::MAX);
            drop(listener);
            let _ = tokio::time::timeout(LAST_WORDS, room.acquire_many(all)).await;
            Ok(())
        });
        runtime.shutdown_background();
        served
    }
}

async fn connection(stream: TcpStream, service: TowerToHyperService<axum::Router>) {
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let stream = TokioIo::new(Box::pin(stream));
    // A client that breaks off or talks nonsense is no trouble of the lab's.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(stream, service)
        .await;
}

/// As many open files as the system allows this process: a client is one.
fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: limit.maximum, ..limit };
    let _ = setrlimit(Resource::Nofile, wanted);
}

/// A lab that is served by a thread of this process, until this is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    /// Where it is: `http://127.0.0.1:8000`.
    ///
    /// ```
    /// # use itf_dns_lab::server::{ServeOptions, Server};
    /// # let folder = tempfile::tempdir()?;
    /// # let address = "127.0.0.1:0".parse()?;
    /// # let options = ServeOptions { address, folder: folder.path().to_owned(), background: None };
    /// let server = Server::bind(&options)?;
    /// let address = server.address();
    /// assert_eq!(server.start().url(), format!("http://{address}"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
