use itf::Value;
fn main() {
    let set = |o: i32, n: i32| Value::set((0..n).map(|i| Value::record([("id", Value::from(i)), ("group", (i % 7).into()), ("pos", Value::tuple([i*31%97, i*17%89])), ("value", (i * 3 + o).into()), ("name", format!("n{}", i%50).into())])));
    for n in [1000, 20000] {
    let (a, b) = (set(0, n), set(1, n));
    let t = std::time::Instant::now();
    let d = itf::diff::diff_values(&a, &b);
    println!("{} {:?} {:?}", d.differences.len(), d.approximate.len(), t.elapsed());
    println!("{}", d.differences[0]);
    }
    // no key: only values
    let set = |o: i32, n: i32| Value::set((0..n).map(|i| Value::record([("a", Value::from(i%10)), ("b", (i/10 % 10).into()), ("c", (i/100 + o).into()),("d", (i/100*7 ).into())])));
    let (a, b) = (set(0, 1000), set(100, 1000));
    let t = std::time::Instant::now();
    let d = itf::diff::diff_values(&a, &b);
    println!("{} {:?} {:?}", d.differences.len(), d.approximate.len(), t.elapsed());
}
