//! Packed input: gzip and zstd, told by their magic numbers.

use std::io::{self, Cursor, Read};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Whether `input` begins as gzip or zstd begin: places in its text are then not places in the input.
///
/// ```
/// assert!(itf::is_packed(b"\x1f\x8b\x08") && !itf::is_packed(b"{\"vars\":[]}"));
/// ```
pub fn is_packed(input: &[u8]) -> bool {
    input.starts_with(GZIP) || input.starts_with(ZSTD)
}

/// What `input` holds, unpacked if it is packed.
pub(super) fn unpacked<'a>(mut input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut magic = [0; 4];
    let mut length = 0;
    while length < magic.len() {
        match input.read(&mut magic[length..]) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let whole = Cursor::new(magic).take(length as u64).chain(input);
    match &magic[..length] {
        magic if magic.starts_with(GZIP) => gzip(whole),
        magic if magic.starts_with(ZSTD) => zstd(whole),
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
fn zstd<'a>(input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let decoder = ruzstd::decoding::StreamingDecoder::new(input);
    Ok(Box::new(decoder.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?))
}

#[cfg(not(feature = "zstd"))]
fn zstd<'a>(_: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "packed by zstd, and this program is built without `zstd`",
    ))
}
