//! The hash-consing store: every distinct value once.

use hashbrown::HashTable;

use super::layouts::{Layout, Layouts};
use super::node::{are_alike, is_alike, is_small};
use super::recent::Recent;
use super::{Int, List, Map, Record, Set, Str, Tuple, Value, Variant};

/// Makes equal values the same node.
///
/// Values read through one store, or [interned](Store::intern) in it, are compared in constant time: large ones by
/// comparing two pointers, small ones (a few leaves) by their few leaves. The store
/// is needed only while values are made: they live as long as somebody holds them. Read what is to be compared (the two
/// sides of a diff, all traces of a run) through one store. An integer written as a JSON number equals the same one written
/// as `#bigint`, but what holds the one is another node than what holds the other: what a value is decoded to does not
/// depend on what was read before.
///
/// Hash-consing: A. P. Ershov, "On programming of arithmetic operations", CACM 1(8), 1958; for trees with canonical
/// order of sets and maps as here: J.-C. Filliâtre and S. Conchon, "Type-safe modular hash-consing", ML 2006.
///
/// ```
/// use itf::{Store, Value};
/// let mut store = Store::new();
/// let a = store.intern(&Value::set([1, 2]));
/// let b = store.intern(&Value::set([2, 1]));
/// assert_eq!(a, b);
/// assert_eq!(store.len(), 1); // integers are held in place: the set is the only node
/// ```
#[derive(Default)]
pub struct Store {
    nodes: Nodes,
    layouts: Layouts,
}

#[derive(Default)]
struct Nodes {
    /// Each with its hash: to grow the table no node must be visited.
    large: HashTable<(u64, Value)>,
    small: Recent,
    made: usize,
}

impl Nodes {
    fn find(&self, hash: u64, is_it: impl Fn(&Value) -> bool) -> Option<&Value> {
        if is_small(hash) {
            return self.small.find(hash, is_it);
        }
        self.large.find(hash, |(h, v)| *h == hash && is_it(v)).map(|(_, v)| v)
    }

    fn insert(&mut self, hash: u64, value: Value) {
        self.made += 1;
        if is_small(hash) {
            self.small.insert(hash, value);
        } else {
            self.large.insert_unique(hash, (hash, value), |(hash, _)| *hash);
        }
    }

    fn sweep(&mut self) {
        // A node that goes may have been the last to hold another.
        loop {
            let before = self.large.len();
            self.large.retain(|(_, value)| !value.is_alone());
            if self.large.len() == before {
                break;
            }
        }
        self.large.shrink_to(2 * self.large.len(), |(hash, _)| *hash);
        self.made = self.large.len() + self.small.sweep();
    }
}

impl Store {
    /// An empty store.
    ///
    /// ```
    /// assert!(itf::Store::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of nodes made so far, less those that a [sweep](Store::sweep) forgot.
    ///
    /// ```
    /// assert_eq!(itf::Store::new().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.nodes.made
    }

    /// How many layouts of records there are.
    pub(crate) fn layouts(&self) -> usize {
        self.layouts.len()
    }

    /// Forgets all layouts: nobody may hold one.
    pub(crate) fn forget_layouts(&mut self) {
        self.layouts = Layouts::default();
    }

    /// Whether no node was made yet.
    ///
    /// ```
    /// assert!(itf::Store::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.nodes.made == 0
    }

    /// Forgets all nodes: values made before stay alive where they are held, and compare with later ones by content.
    ///
    /// ```
    /// # let mut store = itf::Store::new();
    /// store.clear();
    /// ```
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets the nodes that nobody holds any more. Those that are held stay, and stay the same as what is read later.
    ///
    /// ```
    /// # use itf::{Store, Value};
    /// let mut store = Store::new();
    /// let kept = store.intern(&Value::from("kept"));
    /// store.intern(&Value::from("dropped"));
    /// store.sweep();
    /// assert_eq!(store.len(), 1);
    /// # drop(kept);
    /// ```
    pub fn sweep(&mut self) {
        self.nodes.sweep();
    }

    /// The node of this store that equals `value`.
    ///
    /// ```
    /// # use itf::{Store, Value};
    /// assert_eq!(Store::new().intern(&Value::from("a")), Value::from("a"));
    /// ```
    pub fn intern(&mut self, value: &Value) -> Value {
        if let Some(found) = self.nodes.find(value.structural_hash(), |v| is_alike(v, value)) {
            return found.clone();
        }
        match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Int(n) => Value::Int(self.int(n.clone())),
            Value::Str(s) => Value::Str(self.str(s)),
            Value::Unserializable(s) => Value::Unserializable(self.str(s)),
            Value::Opaque(s) => Value::Opaque(self.str(s)),
            Value::Tuple(t) => {
                let mut items: Vec<Value> = t.iter().map(|v| self.intern(v)).collect();
                self.tuple(&mut items, 0)
            }
            Value::List(l) => {
                let mut items: Vec<Value> = l.iter().map(|v| self.intern(v)).collect();
                self.list(&mut items, 0)
            }
            Value::Set(s) => {
                let mut items: Vec<Value> = s.iter().map(|v| self.intern(v)).collect();
                self.sorted_set(&mut items, 0)
            }
            Value::Map(m) => {
                let mut flat: Vec<Value> = m.flat().iter().map(|v| self.intern(v)).collect();
                self.sorted_map(&mut flat, 0)
            }
            Value::Record(r) => Value::Record(self.intern_record(r)),
            Value::Variant(v) => {
                let mut items = vec![Value::Str(self.str(v.tag())), self.intern(v.payload())];
                self.variant(&mut items, 0)
            }
        }
    }

    pub(crate) fn intern_record(&mut self, record: &Record) -> Record {
        let mut layout = Layout::EMPTY;
        for name in record.names() {
            layout = self.layout(layout, name);
        }
        let mut values: Vec<Value> = record.values().iter().map(|v| self.intern(v)).collect();
        match self.record(layout, &mut values, 0) {
            Ok(interned) => interned,
            Err(_) => unreachable!("the names of a record are different"),
        }
    }

    /// The shared string `text`.
    pub(crate) fn str(&mut self, text: &str) -> Str {
        let hash = Str::hash_of(text);
        let found = self.nodes.find(hash, |v| matches!(v, Value::Str(s) if s.as_str() == text));
        if let Some(Value::Str(s)) = found {
            return s.clone();
        }
        let s = Str::from(text);
        self.nodes.insert(hash, Value::Str(s.clone()));
        s
    }

    /// The shared integer `n`; small ones need no sharing.
    pub(crate) fn int(&mut self, n: Int) -> Int {
        if n.as_i64().is_some() {
            return n;
        }
        let hash = n.structural_hash();
        let found = self.nodes.find(hash, |v| matches!(v, Value::Int(m) if *m == n));
        if let Some(Value::Int(m)) = found {
            return m.clone();
        }
        self.nodes.insert(hash, Value::Int(n.clone()));
        n
    }

    /// The list of the items of `stack` from `start` on, which are taken off.
    pub(crate) fn list(&mut self, stack: &mut Vec<Value>, start: usize) -> Value {
        let hash = List::hash_of(&stack[start..]);
        self.node(
            hash,
            stack,
            start,
            |v| if let Value::List(l) = v { Some(l) } else { None },
            |items| Value::List(List::with_hash(hash, items)),
        )
    }

    /// The tuple of the items of `stack` from `start` on, which are taken off.
    pub(crate) fn tuple(&mut self, stack: &mut Vec<Value>, start: usize) -> Value {
        let hash = Tuple::hash_of(&stack[start..]);
        self.node(
            hash,
            stack,
            start,
            |v| if let Value::Tuple(t) = v { Some(t) } else { None },
            |items| Value::Tuple(Tuple::with_hash(hash, items)),
        )
    }

    /// The set of the items of `stack` from `start` on, which are taken off, and how many were repeated.
    pub(crate) fn set(&mut self, stack: &mut Vec<Value>, start: usize) -> (Value, usize) {
        let items = &mut stack[start..];
        if !items.is_sorted() {
            items.sort_unstable();
        }
        let repeated = items.windows(2).filter(|pair| pair[0] == pair[1]).count();
        if repeated > 0 {
            let mut unique = stack.split_off(start);
            unique.dedup();
            stack.append(&mut unique);
        }
        (self.sorted_set(stack, start), repeated)
    }

    fn sorted_set(&mut self, stack: &mut Vec<Value>, start: usize) -> Value {
        let hash = Set::hash_of(&stack[start..]);
        self.node(
            hash,
            stack,
            start,
            |v| if let Value::Set(s) = v { Some(s) } else { None },
            |items| Value::Set(Set::with_hash(hash, items)),
        )
    }

    /// The map of the keys and values that alternate in `stack` from `start` on, which are taken off, and how many keys
    /// were repeated.
    pub(crate) fn map(&mut self, stack: &mut Vec<Value>, start: usize) -> (Value, usize) {
        let (pairs, _) = stack[start..].as_chunks_mut::<2>();
        if !pairs.is_sorted() {
            pairs.sort_unstable();
        }
        let repeated = pairs.windows(2).filter(|next| next[0][0] == next[1][0]).count();
        if repeated > 0 {
            let mut entries = pairs.to_vec();
            entries.dedup();
            stack.truncate(start);
            stack.extend(entries.into_iter().flatten());
        }
        (self.sorted_map(stack, start), repeated)
    }

    fn sorted_map(&mut self, stack: &mut Vec<Value>, start: usize) -> Value {
        let hash = Map::hash_of(&stack[start..]);
        let found =
            self.nodes.find(hash, |v| matches!(v, Value::Map(m) if are_alike(m.flat(), &stack[start..])));
        if let Some(found) = found {
            let found = found.clone();
            stack.truncate(start);
            return found;
        }
        let value = Value::Map(Map::with_hash(hash, stack.drain(start..)));
        self.nodes.insert(hash, value.clone());
        value
    }

    /// The variant of the tag and the payload that are last in `stack`, which are taken off.
    pub(crate) fn variant(&mut self, stack: &mut Vec<Value>, start: usize) -> Value {
        let hash = Variant::hash_of(&stack[start..]);
        let found = self
            .nodes
            .find(hash, |v| matches!(v, Value::Variant(m) if are_alike(m.items(), &stack[start..])));
        if let Some(found) = found {
            let found = found.clone();
            stack.truncate(start);
            return found;
        }
        let value = Value::Variant(Variant::with_hash(hash, stack.drain(start..)));
        self.nodes.insert(hash, value.clone());
        value
    }

    /// The layout that follows `layout` when the next field is called `name`.
    pub(crate) fn layout(&mut self, layout: Layout, name: &str) -> Layout {
        let hash = Str::hash_of(name);
        if let Some(next) = self.layouts.next(layout, hash, name) {
            return next;
        }
        let name = self.str(name);
        self.layouts.add(layout, name)
    }

    /// The layout that usually follows `layout`, and the name of its last field.
    pub(crate) fn usual_layout(&self, layout: Layout) -> Option<(&Str, Layout)> {
        self.layouts.usual(layout)
    }

    /// Whether values in this layout may be a variant: 0 and 1 are the positions of its tag and payload, or 1 and 0.
    pub(crate) fn variant_tag(&self, layout: Layout) -> Option<usize> {
        self.layouts.variant_tag(layout)
    }

    /// The record of the values of `stack` from `start` on, which are taken off, written in the order of `layout`.
    /// An error is the position of a field that came before, and its name.
    pub(crate) fn record(
        &mut self,
        layout: Layout,
        stack: &mut Vec<Value>,
        start: usize,
    ) -> Result<Record, (usize, Str)> {
        let shape = self.layouts.arrange(layout, &mut stack[start..])?;
        let hash = Record::hash_of(shape, &stack[start..]);
        let found = self.nodes.find(
            hash,
            |v| matches!(v, Value::Record(r) if *r.shape() == *shape && are_alike(r.values(), &stack[start..])),
        );
        if let Some(Value::Record(found)) = found {
            let found = found.clone();
            stack.truncate(start);
            return Ok(found);
        }
        let record = Record::with_hash(hash, shape.clone(), stack.drain(start..));
        self.nodes.insert(hash, Value::Record(record.clone()));
        Ok(record)
    }

    /// Looks a node up by its items, or makes it.
    fn node<T: std::ops::Deref<Target = [Value]>>(
        &mut self,
        hash: u64,
        stack: &mut Vec<Value>,
        start: usize,
        of_kind: impl Fn(&Value) -> Option<&T>,
        make: impl FnOnce(std::vec::Drain<'_, Value>) -> Value,
    ) -> Value {
        let items = &stack[start..];
        if let Some(found) = self.nodes.find(hash, |v| of_kind(v).is_some_and(|node| are_alike(node, items)))
        {
            let found = found.clone();
            stack.truncate(start);
            return found;
        }
        let value = make(stack.drain(start..));
        self.nodes.insert(hash, value.clone());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_node(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::List(a), Value::List(b)) => a.same(b),
            (Value::Set(a), Value::Set(b)) => a.same(b),
            (Value::Map(a), Value::Map(b)) => a.same(b),
            (Value::Record(a), Value::Record(b)) => a.same(b),
            _ => false,
        }
    }

    #[test]
    fn equal_values_are_the_same_node_in_any_order() {
        let mut store = Store::new();
        let a = store.intern(&Value::set(["x", "y"]));
        let b = store.intern(&Value::set(["y", "x"]));
        assert!(same_node(&a, &b));
        let a = store.intern(&Value::map([(1, "x"), (2, "y")]));
        let b = store.intern(&Value::map([(2, "y"), (1, "x")]));
        assert!(same_node(&a, &b));
    }

    #[test]
    fn small_values_are_forgotten_and_large_ones_are_not() {
        let mut store = Store::new();
        let small = Value::tuple(["a", "b"]);
        let large = Value::list((0..100).map(|n| format!("item {n}")));
        let (first, whole) = (store.intern(&small), store.intern(&large));
        assert!(same_node(&store.intern(&large), &whole));
        for n in 0..100_000 {
            store.intern(&Value::from(n.to_string()));
        }
        // What is made of other nodes is the same node all the same.
        assert!(same_node(&store.intern(&large), &whole));
        assert_eq!(store.intern(&small), first);
        assert!(store.len() >= 100_000);
        store.sweep();
        assert!(store.len() < 10, "{} nodes are kept", store.len());
        assert!(same_node(&store.intern(&large), &whole));
    }

    #[test]
    fn records_written_in_any_order_are_the_same_node() {
        let mut store = Store::new();
        let layout = ["c", "a", "d", "b"].into_iter().fold(Layout::EMPTY, |at, name| store.layout(at, name));
        // So long that the record is no small value, which a name might drive out.
        let long = Value::from("long ".repeat(100));
        let mut stack = vec![Value::from(3), Value::from(1), long.clone(), Value::from(2)];
        let written = store.record(layout, &mut stack, 0).expect("names differ");
        assert_eq!(written.values(), [1.into(), 2.into(), 3.into(), long.clone()]);
        let built = Record::from_iter([("a", 1.into()), ("b", 2.into()), ("c", 3.into()), ("d", long)]);
        assert_eq!(written, built);
        assert!(store.intern_record(&built).same(&written));
    }

    #[test]
    fn a_repeated_field_is_found_where_it_repeats() {
        let mut store = Store::new();
        let layout = ["b", "a", "b"].into_iter().fold(Layout::EMPTY, |at, name| store.layout(at, name));
        let mut stack = vec![Value::from(1), Value::from(2), Value::from(3)];
        assert_eq!(store.record(layout, &mut stack, 0), Err((2, Str::from("b"))));
    }

    #[test]
    fn repeated_elements_and_keys_are_counted() {
        let mut store = Store::new();
        let mut stack: Vec<Value> = [3, 1, 3, 3].map(Value::from).into();
        let (set, repeated) = store.set(&mut stack, 0);
        assert_eq!((set, repeated), (Value::set([1, 3]), 2));
        // One key with two values: nothing is thrown away.
        let mut stack: Vec<Value> = [1, 20, 1, 10, 1, 10].map(Value::from).into();
        let (map, repeated) = store.map(&mut stack, 0);
        let map = map.as_map().cloned().expect("a map");
        assert_eq!((map.len(), repeated), (2, 2));
        assert_eq!(map.get(&Value::from(1)), Some(&Value::from(10)));
    }

    #[test]
    fn different_values_of_one_text_differ() {
        let s = Str::from("x");
        assert_ne!(Value::Str(s.clone()), Value::Unserializable(s.clone()));
        assert_ne!(Value::Opaque(s.clone()), Value::Unserializable(s));
        assert_ne!(Value::list([1]), Value::tuple([1]));
        assert_ne!(Value::set([1]), Value::list([1]));
        assert_ne!(Value::from(1), Value::from(true));
    }

    #[test]
    fn integers_do_not_lose_digits() {
        let a: Int = "9007199254740992".parse().expect("digits");
        let b: Int = "9007199254740993".parse().expect("digits");
        assert_ne!(Value::from(a), Value::from(b));
        let edge: Int = "9223372036854775808".parse().expect("digits");
        assert_eq!(edge.as_i64(), None);
        assert!(edge > Int::from(i64::MAX));
    }
}
