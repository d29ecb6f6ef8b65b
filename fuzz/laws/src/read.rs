use itf::{Document, ReadError, Reader};

struct Pieces<'a>(&'a [u8], usize);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(buffer.len()).min(self.0.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn outcome(read: impl Iterator<Item = Result<Document, ReadError>>) -> Vec<String> {
    read.map(|document| match document {
        // How often something was noted depends on what could be remembered.
        Ok(d) => {
            let noted: Vec<_> = d.warnings.iter().map(|warning| (warning.kind, &warning.place)).collect();
            format!("{} {} {:?} {noted:?}", d.line, d.offset, d.trace)
        }
        Err(error) => format!("{error} {:?}", error.place()),
    })
    .collect()
}

/// What is in memory and what comes in pieces reads the same, and what is no JSON does not read.
pub fn law(input: &[u8]) {
    let whole = outcome(Reader::new().documents(input));
    // Every piece may mean to read a part again: of a long input not as many pieces as it has bytes.
    let size = 1 + input.len() % 7 + input.len() / 256;
    let packed = input.starts_with(&[0x1f, 0x8b]) || input.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    if !packed {
        assert_eq!(outcome(Reader::new().documents_from(Pieces(input, size))), whole);
    }
    let is_json = serde_json::from_slice::<Box<serde_json::value::RawValue>>(input).is_ok();
    if Reader::new().value(input).is_ok() {
        assert!(is_json, "read as a value, and no JSON");
    }
}
