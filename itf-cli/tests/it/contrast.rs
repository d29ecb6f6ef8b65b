//! Whatever is text on a page has a contrast of 4.5 to 1 at least (WCAG, AA), by the colours of the style sheets, in light and
//! in dark. What a browser makes of them is looked at where there is one (`interop_pages`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::ROOT;

/// The name of a colour behind text, and those of the text.
type Written<'a> = (&'a str, &'a [&'a str]);

/// A colour of three bytes.
type Rgb = [u8; 3];

fn color(text: &str) -> Option<Rgb> {
    let digits = text.trim().strip_prefix('#')?;
    let wide: String =
        if digits.len() == 3 { digits.chars().flat_map(|c| [c, c]).collect() } else { digits.to_owned() };
    let byte = |at| u8::from_str_radix(wide.get(at..at + 2)?, 16).ok();
    (wide.len() == 6).then_some([byte(0)?, byte(2)?, byte(4)?])
}

/// The colours that a style sheet names: in light, and in dark.
fn colors(sheet: &str) -> [BTreeMap<String, Rgb>; 2] {
    let mut named = [BTreeMap::new(), BTreeMap::new()];
    let mut in_dark = false;
    for line in sheet.lines() {
        in_dark |= line.contains("prefers-color-scheme: dark");
        for declared in line.split(['{', ';']) {
            let Some((name, value)) = declared.trim().strip_prefix("--").and_then(|d| d.split_once(':'))
            else {
                continue;
            };
            let both = value
                .trim()
                .strip_prefix("light-dark(")
                .and_then(|v| v.strip_suffix(')'))
                .and_then(|v| v.split_once(','));
            let (light, dark) = both.unwrap_or((value, value));
            if let (Some(light), Some(dark)) = (color(light), color(dark)) {
                if !in_dark {
                    named[0].insert(name.to_owned(), light);
                }
                named[1].insert(name.to_owned(), dark);
            }
        }
        // A rule for the dark ends with the block in which it is.
        in_dark &= line != "}";
    }
    named
}

/// The relative luminance of WCAG 2.
fn luminance(rgb: Rgb) -> f64 {
    let linear = rgb.map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_what_wcag_says_it_is() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    // The usual example of a grey that just fails.
    let grey = contrast(color("#777").expect("a colour"), [255; 3]);
    assert!((4.47..4.49).contains(&grey), "{grey}");
    let [light, dark] = colors(
        ":root { --a: light-dark(#fff, #000); --b: #123456; }\n@media (prefers-color-scheme: dark) {\n  :root { --b: #abc; }\n}\n",
    );
    assert_eq!(
        (light["a"], dark["a"], light["b"], dark["b"]),
        ([255; 3], [0; 3], [0x12, 0x34, 0x56], [0xaa, 0xbb, 0xcc])
    );
}

#[test]
fn text_on_pages_can_be_read() {
    // Each style sheet, with what is written on what.
    let sheets: [(&str, &[Written<'_>]); 5] = [
        (
            "itf/src/render/viewer/page/style.css",
            &[
                ("ground", &["text", "soft", "accent"]),
                ("panel", &["text", "soft", "accent", "added", "removed", "changed"]),
                ("chosen", &["text", "soft"]),
                ("mark", &["text"]),
                ("added-ground", &["added"]),
                ("removed-ground", &["removed"]),
            ],
        ),
        (
            "itf/src/render/viewer/page/frame.css",
            &[("ground", &["text", "soft", "accent", "good", "bad", "changed"]), ("bad-ground", &["bad"])],
        ),
        ("itf/src/render/html/style.css", &[("code", &["added", "removed", "changed", "label", "note"])]),
        (
            "adapters/src/report/style.css",
            &[("ground", &["text", "soft", "accent", "good", "bad"]), ("card", &["text"])],
        ),
        (
            "adapters/dns-lab/src/server/page/page.css",
            &[
                ("ground", &["text", "soft"]),
                ("card", &["text", "soft", "good", "bad", "accent"]),
                ("good-ground", &["text", "good"]),
                ("bad-ground", &["text", "bad"]),
                ("calm-ground", &["text", "soft"]),
                ("accent", &["card"]),
                ("bad", &["card"]),
            ],
        ),
    ];
    for (sheet, pairs) in sheets {
        let text = fs::read_to_string(Path::new(ROOT).join(sheet)).expect("a style sheet");
        for (scheme, named) in ["light", "dark"].into_iter().zip(colors(&text)) {
            for (behind, inks) in pairs {
                for ink in *inks {
                    let contrast = contrast(named[*ink], named[*behind]);
                    assert!(contrast >= 4.5, "{sheet}, {scheme}: --{ink} on --{behind} has {contrast:.2}");
                }
            }
        }
    }
}
