//! Packed input: gzip and zstd, told by their magic numbers.

use std::io::{self, Cursor, Read};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a frame of zstd begins so: one with content, or one to be skipped, of which some packers make an index.
fn is_zstd(magic: &[u8]) -> bool {
    magic.starts_with(&ZSTD) || matches!(magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Whether `input` begins as gzip or zstd begin: places in its text are then not places in the input.
///
/// ```
/// assert!(itf::is_packed(b"\x1f\x8b\x08") && !itf::is_packed(b"{\"vars\":[]}"));
/// ```
pub fn is_packed(input: &[u8]) -> bool {
    input.starts_with(GZIP) || is_zstd(input)
}

/// What `input` holds, unpacked if it is packed.
pub(super) fn unpacked<'a>(mut input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut magic = [0; 4];
    let length = fill(&mut input, &mut magic)?;
    let whole = Cursor::new(magic).take(length as u64).chain(input);
    match &magic[..length] {
        magic if magic.starts_with(GZIP) => gzip(whole),
        magic if is_zstd(magic) => zstd(whole),
        _ => Ok(Box::new(whole)),
    }
}

#[cfg(feature = "gzip")]
#[expect(clippy::unnecessary_wraps, reason = "fails without the feature")]
fn gzip<'a>(input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(Box::new(flate2::read::MultiGzDecoder::new(input)))
}

#[cfg(not(feature = "gzip"))]
fn gzip<'a>(_: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "packed by gzip, and this program is built without `gzip`",
    ))
}

#[cfg(feature = "zstd")]
#[expect(clippy::unnecessary_wraps, reason = "fails without the feature")]
fn zstd<'a>(input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Ok(Box::new(Frames { input, decoder: ruzstd::decoding::FrameDecoder::new(), is_open: false }))
}

/// The content of all frames of zstd that stand one after the other, as `zstd` itself reads them; the decoder knows one.
#[cfg(feature = "zstd")]
struct Frames<R> {
    input: R,
    decoder: ruzstd::decoding::FrameDecoder,
    /// Whether a frame was begun whose end was not seen.
    is_open: bool,
}

#[cfg(feature = "zstd")]
impl<R: Read> Frames<R> {
    /// Begins the next frame that has content; whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            let mut magic = [0; 4];
            match fill(&mut self.input, &mut magic)? {
                0 => return Ok(false),
                4 if magic == ZSTD => {
                    let header = Cursor::new(magic).chain(&mut self.input);
                    self.decoder.reset(header).map_err(|_| broken("the head of a frame cannot be read"))?;
                    self.is_open = true;
                    return Ok(true);
                }
                4 if is_zstd(&magic) => {
                    let mut length = [0; 4];
                    let read = fill(&mut self.input, &mut length)?;
                    let length = u64::from(u32::from_le_bytes(length));
                    let skipped = io::copy(&mut (&mut self.input).take(length), &mut io::sink())?;
                    if read < 4 || skipped < length {
                        return Err(broken("it ends within a frame"));
                    }
                }
                _ => return Err(broken("what follows a frame is no frame")),
            }
        }
    }

    /// Ends a frame that was read.
    fn end(&mut self) -> io::Result<()> {
        self.is_open = false;
        let (said, found) = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
        match said {
            Some(said) if found.is_some_and(|found| found != said) => {
                Err(broken("its checksum is another one"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(feature = "zstd")]
impl<R: Read> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBlocks;
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_open && !self.begin()? {
                return Ok(0);
            }
            let got = self.decoder.read(out)?;
            if got > 0 {
                return Ok(got);
            }
            if self.decoder.is_finished() {
                self.end()?;
            } else {
                let decoded = self.decoder.decode_blocks(&mut self.input, UptoBlocks(1));
                decoded.map_err(|_| broken("a block is broken, or is not all there"))?;
            }
        }
    }
}

#[cfg(feature = "zstd")]
fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("packed by zstd, and {what}"))
}

#[cfg(not(feature = "zstd"))]
fn zstd<'a>(_: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "packed by zstd, and this program is built without `zstd`",
    ))
}

/// Reads until `buffer` is full or the input ends: how much there was.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match input.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
