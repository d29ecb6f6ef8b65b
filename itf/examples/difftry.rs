//! x
use itf::diff::*;
use itf::render::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let t0 = std::time::Instant::now();
    let mut r = itf::Reader::new();
    let palette = if std::env::var_os("COLOR").is_some() { Palette::ansi() } else { Palette::plain() };
    let page = Page { width: std::env::var("WIDTH").ok().and_then(|w| w.parse().ok()).unwrap_or(100), palette };
    let a = r.read(&std::fs::read(&args[1]).unwrap()).unwrap().remove(0);
    if args.len() == 2 {
        print!("{}", show(&a, &ShowOptions { page, ..Default::default() }));
        return;
    }
    let b = r.read(&std::fs::read(&args[2]).unwrap()).unwrap().remove(0);
    let t1 = std::time::Instant::now();
    let d = diff_traces(&a, &b, &Options::default());
    let t2 = std::time::Instant::now();
    print!("{}", show_diff(&d, &DiffOptions { page, ..Default::default() }));
    let t3 = std::time::Instant::now();
    eprintln!("read {:?} diff {:?} render {:?}", t1 - t0, t2 - t1, t3 - t2);
}
