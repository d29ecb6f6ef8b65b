//! Pages: one file, nothing that is loaded, nothing that is executed. Everything of a trace is text.
//!
//! The policy in a page allows this style sheet, by its hash, and nothing else.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::line::{Line, Role};

/// The only style of a page.
const STYLE: &str = include_str!("style.css");

/// A script or a style as a content security policy names it: `'sha256-…'`, of its text.
pub(super) fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// `text` as text of HTML, in elements and in attributes. What could hide or act is up to [`escape`](super::escape()).
///
/// ```
/// assert_eq!(itf::render::escape_html("<b>'x'"), "&lt;b&gt;&#39;x&#39;");
/// ```
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A page of its own. `body` is HTML.
pub(super) fn page(title: &str, body: &str) -> String {
    document_page(title, STYLE, body)
}

/// A page in one file, with `body`, which is HTML, and with `style`, the only thing that its policy allows: it loads nothing
/// and executes nothing. `title` is text.
///
/// ```
/// let page = itf::render::document_page("a & b", "p { color: red }", "<p>one</p>");
/// assert!(page.contains("<title>a &amp; b</title>") && page.contains("style-src 'sha256-"));
/// ```
pub fn document_page(title: &str, style: &str, body: &str) -> String {
    let (title, allowed) = (escape_html(&super::escape(title)), hash(style));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {allowed}; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

/// The lines, with a class for each role.
pub(super) fn block(lines: &[Line]) -> String {
    let mut out = String::from("<pre>");
    for line in lines {
        out.push_str(&" ".repeat(if line.pieces().is_empty() { 0 } else { line.indent() }));
        for (role, text) in line.pieces() {
            let text = escape_html(text);
            // Writing to a string cannot fail.
            let _ = match class(*role) {
                Some(class) => write!(out, "<span class=\"{class}\">{text}</span>"),
                None => out.write_str(&text),
            };
        }
        out.push('\n');
    }
    out.push_str("</pre>\n");
    out
}

fn class(role: Role) -> Option<&'static str> {
    match role {
        Role::Plain => None,
        Role::Heading => Some("heading"),
        Role::Label => Some("label"),
        Role::Added => Some("added"),
        Role::Removed => Some("removed"),
        Role::Changed => Some("changed"),
        Role::Note => Some("note"),
    }
}
