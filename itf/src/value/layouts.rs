//! Layouts: the field names of records, in the order in which they are written.
//!
//! They form a tree: a layout is the layout of all fields but the last, and the last one's name. While a record is read
//! the reader goes down the tree, where the usual next name is one comparison of text away: no name is hashed, no list of
//! names is built. (JavaScript engines call it hidden classes: C. Chambers, D. Ungar and E. Lee, "An efficient
//! implementation of SELF", OOPSLA 1989.)

use hashbrown::HashTable;

use super::node::mix;
use super::record::{Shape, ascends};
use super::{Str, Value};

/// A layout of a [`Layouts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout(u32);

impl Layout {
    /// The layout of no fields.
    pub(crate) const EMPTY: Self = Self(0);
}

pub(super) struct Layouts {
    nodes: Vec<Node>,
    /// The children, by parent and name.
    children: HashTable<(u64, u32)>,
}

struct Node {
    parent: u32,
    name: Str,
    /// The child that came last, if its name is written as it is: one with a quote or a backslash in it is not.
    usual: u32,
    /// Made when the first record of this layout is complete.
    order: Option<Result<Order, (usize, Str)>>,
}

/// How a record of a layout is made.
struct Order {
    shape: Shape,
    /// The swaps that bring values from the written order into that of the shape.
    swaps: Box<[(usize, usize)]>,
}

impl Default for Layouts {
    fn default() -> Self {
        let empty = Node { parent: 0, name: Str::from(""), usual: 0, order: None };
        Self { nodes: vec![empty], children: HashTable::new() }
    }
}

impl Layouts {
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn usual(&self, layout: Layout) -> Option<(&Str, Layout)> {
        let usual = self.nodes[layout.0 as usize].usual;
        (usual != 0).then(|| (&self.nodes[usual as usize].name, Layout(usual)))
    }

    /// The layout after `layout` whose last field is `name`, which has the hash `hash`.
    pub(super) fn next(&mut self, layout: Layout, hash: u64, name: &str) -> Option<Layout> {
        let hash = mix(hash, u64::from(layout.0));
        let is_it = |&(h, child): &(u64, u32)| {
            let node = &self.nodes[child as usize];
            h == hash && node.parent == layout.0 && node.name == *name
        };
        let &(_, child) = self.children.find(hash, is_it)?;
        if is_plain(name) {
            self.nodes[layout.0 as usize].usual = child;
        }
        Some(Layout(child))
    }

    /// Makes the layout after `layout` whose last field is `name`.
    pub(super) fn add(&mut self, layout: Layout, name: Str) -> Layout {
        let hash = mix(name.structural_hash(), u64::from(layout.0));
        // A layout takes more memory than the five bytes of text that make it: there are never 2^32.
        let child = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if is_plain(&name) {
            self.nodes[layout.0 as usize].usual = child;
        }
        self.nodes.push(Node { parent: layout.0, name, usual: 0, order: None });
        self.children.insert_unique(hash, (hash, child), |(hash, _)| *hash);
        Layout(child)
    }

    /// The position of the tag, if the fields are `tag` and `value`.
    pub(super) fn variant_tag(&self, layout: Layout) -> Option<usize> {
        let last = &self.nodes[layout.0 as usize];
        let first = &self.nodes[last.parent as usize];
        if first.parent != 0 || last.parent == 0 {
            return None;
        }
        match (first.name.as_str(), last.name.as_str()) {
            ("tag", "value") => Some(0),
            ("value", "tag") => Some(1),
            _ => None,
        }
    }

    /// Brings `values`, written in the order of `layout`, into the order of its shape. An error is the position of a
    /// field that came before, and its name.
    pub(super) fn arrange(&mut self, layout: Layout, values: &mut [Value]) -> Result<&Shape, (usize, Str)> {
        if self.nodes[layout.0 as usize].order.is_none() {
            let order = Order::new(&self.names(layout));
            self.nodes[layout.0 as usize].order = Some(order);
        }
        match &self.nodes[layout.0 as usize].order {
            Some(Ok(order)) => {
                for &(a, b) in &order.swaps {
                    values.swap(a, b);
                }
                Ok(&order.shape)
            }
            Some(Err(repeated)) => Err(repeated.clone()),
            None => unreachable!("made above"),
        }
    }

    fn names(&self, layout: Layout) -> Vec<Str> {
        let mut names = Vec::new();
        let mut at = layout.0;
        while at != 0 {
            let node = &self.nodes[at as usize];
            names.push(node.name.clone());
            at = node.parent;
        }
        names.reverse();
        names
    }
}

/// Whether JSON writes `name` as it is.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\')
}

impl Order {
    fn new(names: &[Str]) -> Result<Self, (usize, Str)> {
        if ascends(names) {
            return Ok(Self { shape: Shape::new(names.to_vec()), swaps: [].into() });
        }
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|&a, &b| names[a].cmp(&names[b]));
        if let Some(pair) = order.windows(2).find(|pair| names[pair[0]] == names[pair[1]]) {
            return Err((pair[1], names[pair[1]].clone()));
        }
        let shape = Shape::new(order.iter().map(|&at| names[at].clone()).collect());
        let mut target = vec![0; names.len()];
        for (to, &from) in order.iter().enumerate() {
            target[from] = to;
        }
        // Each cycle of the permutation, followed by swaps with its first position.
        let mut swaps = Vec::new();
        let mut placed = vec![false; names.len()];
        for first in 0..names.len() {
            let mut to = target[first];
            while to != first && !placed[to] {
                swaps.push((first, to));
                placed[to] = true;
                to = target[to];
            }
            placed[first] = true;
        }
        Ok(Self { shape, swaps: swaps.into() })
    }
}
