//! The routes, and what they answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, Serialize};

use super::state::{Refusal, State};
use super::{BODY_LIMIT, BODY_TIMEOUT, guard, page};
use crate::planner::Balancer;

pub(super) type SharedState = Arc<Mutex<State>>;

/// The lab. A thread that panicked cannot have left it between two states: it is changed by single moves.
pub(super) fn lock(state: &SharedState) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn router(state: SharedState, loopback: bool) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/health", get(health))
        .route("/wormhole53/resolve/{name}", get(resolve))
        .route("/mbt/reset", post(reset))
        .route("/mbt/planner/generate", post(generate))
        .route("/mbt/deployers/{name}/sync", post(sync))
        .route("/mbt/deployers/{name}/deploy", post(deploy))
        .route("/mbt/deployers/{name}/cleanup", post(cleanup))
        .fallback(|| async { detail(StatusCode::NOT_FOUND, "Not Found") })
        .method_not_allowed_fallback(|| async {
            detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
        })
        .layer(axum::middleware::from_fn_with_state(loopback, guard::guard))
        .with_state(state)
}

/// `{"detail": …}`
pub(super) fn detail(status: StatusCode, why: impl Into<String>) -> Response {
    #[derive(Serialize)]
    struct Detail {
        detail: String,
    }
    json(status, &Detail { detail: why.into() })
}

fn json(status: StatusCode, answer: &impl Serialize) -> Response {
    match serde_json::to_vec(answer) {
        Ok(text) => {
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (status, headers, text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn answer(result: Result<impl Serialize, Refusal>) -> Response {
    match result {
        Ok(answer) => json(StatusCode::OK, &answer),
        Err(Refusal::Unknown(who)) => detail(StatusCode::NOT_FOUND, who.to_string()),
        Err(Refusal::Plan(why)) => detail(StatusCode::UNPROCESSABLE_ENTITY, why.to_string()),
        Err(Refusal::Failed(why)) => detail(StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

async fn index(Shared(state): Shared<SharedState>) -> Response {
    let nonce = page::nonce();
    let html = page::render(&lock(&state), &nonce);
    let mut response = Html(html).into_response();
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn health(Shared(state): Shared<SharedState>) -> Response {
    json(StatusCode::OK, &lock(&state).lab.health())
}

async fn resolve(Shared(state): Shared<SharedState>, uri: Uri) -> Response {
    match name(&uri) {
        Ok(name) => json(StatusCode::OK, &lock(&state).lab.resolve(&name)),
        Err(refused) => *refused,
    }
}

#[derive(Serialize)]
struct Done {
    ok: bool,
}

async fn reset(Shared(state): Shared<SharedState>, request: Request) -> Response {
    // Whatever is in the body, it is read: the next request on this connection begins behind it.
    match read(request).await {
        Ok(_) => answer(lock(&state).reset().map(|()| Done { ok: true })),
        Err(refused) => *refused,
    }
}

async fn generate(Shared(state): Shared<SharedState>, request: Request) -> Response {
    let body = match read(request).await {
        Ok(body) => body,
        Err(refused) => return *refused,
    };
    let balancers: Result<Option<Vec<Balancer>>, _> = match body.trim_ascii() {
        b"" => Ok(None),
        text => serde_json::from_slice(text),
    };
    match balancers {
        Ok(balancers) => answer(lock(&state).generate(&balancers.unwrap_or_default())),
        Err(why) => detail(StatusCode::UNPROCESSABLE_ENTITY, format!("the body: {why}")),
    }
}

async fn sync(Shared(state): Shared<SharedState>, uri: Uri, request: Request) -> Response {
    match (name(&uri), read(request).await) {
        (Ok(name), Ok(_)) => answer(lock(&state).sync(&name)),
        (Err(refused), _) | (_, Err(refused)) => *refused,
    }
}

async fn deploy(Shared(state): Shared<SharedState>, uri: Uri, request: Request) -> Response {
    match (name(&uri), read(request).await) {
        (Ok(name), Ok(_)) => answer(lock(&state).deploy(&name)),
        (Err(refused), _) | (_, Err(refused)) => *refused,
    }
}

#[derive(Deserialize)]
struct Keep {
    keep_last_n: u64,
}

async fn cleanup(Shared(state): Shared<SharedState>, uri: Uri, request: Request) -> Response {
    let (name, body) = match (name(&uri), read(request).await) {
        (Ok(name), Ok(body)) => (name, body),
        (Err(refused), _) | (_, Err(refused)) => return *refused,
    };
    if let Err(who) = lock(&state).lab.deployer(&name) {
        return answer(Err::<(), _>(Refusal::Unknown(who)));
    }
    match serde_json::from_slice::<Keep>(&body) {
        Ok(Keep { keep_last_n }) => answer(lock(&state).cleanup(&name, keep_last_n)),
        Err(why) => detail(StatusCode::UNPROCESSABLE_ENTITY, format!("the body: {why}")),
    }
}

/// The name in the path, which is its third part in all routes: data, whatever it looks like.
fn name(uri: &Uri) -> Result<String, Box<Response>> {
    let raw = uri.path().split('/').nth(3).unwrap_or_default();
    match percent_encoding::percent_decode_str(raw).decode_utf8() {
        Ok(name) => Ok(name.into_owned()),
        Err(_) => Err(Box::new(detail(StatusCode::UNPROCESSABLE_ENTITY, "the name in the path is no UTF-8"))),
    }
}

/// The body, if it is not too long and comes in time.
async fn read(request: Request) -> Result<Bytes, Box<Response>> {
    let body = Limited::new(request.into_body(), BODY_LIMIT);
    let refused = match tokio::time::timeout(BODY_TIMEOUT, body.collect()).await {
        Ok(Ok(body)) => return Ok(body.to_bytes()),
        Ok(Err(why)) if why.is::<LengthLimitError>() => {
            detail(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {BODY_LIMIT} bytes"))
        }
        Ok(Err(_)) => detail(StatusCode::BAD_REQUEST, "the body cannot be read"),
        Err(_) => detail(StatusCode::REQUEST_TIMEOUT, format!("the body did not come in {BODY_TIMEOUT:?}")),
    };
    // What is left of the body would be taken for the next request.
    let (mut head, body): (_, Body) = refused.into_parts();
    head.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Err(Box::new(Response::from_parts(head, body)))
}
