//! A few tables and two or three clients (after `readysettech/proptest-stateful` issue 6). The bug needs a table
//! that was indexed, then dropped, re-created, and inserted into by two clients while another table exists: seven
//! steps. Its create … drop … create must go together, which single deletion cannot do under strict semantics.

use super::Machine;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sql {
    Create(u8),
    Drop(u8),
    Index(u8),
    Insert(u8, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Table {
    exists: bool,
    index: Index,
    /// One bit a client that inserted.
    inserted: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Index {
    #[default]
    None,
    Fresh,
    Stale,
}

const TABLES: u8 = 4;
const CLIENTS: u8 = 3;

pub(crate) struct Tables;

impl Machine for Tables {
    type Call = Sql;
    type State = [Table; TABLES as usize];

    fn init(&self) -> Self::State {
        Self::State::default()
    }

    fn step(&self, state: &Self::State, call: Sql) -> Option<Self::State> {
        let mut next = *state;
        let (Sql::Create(t) | Sql::Drop(t) | Sql::Index(t) | Sql::Insert(t, _)) = call;
        let table = &mut next[usize::from(t)];
        if table.exists == matches!(call, Sql::Create(_)) {
            return None;
        }
        match call {
            Sql::Create(_) => table.exists = true,
            Sql::Drop(_) => {
                table.exists = false;
                table.inserted = 0;
                if table.index == Index::Fresh {
                    table.index = Index::Stale;
                }
            }
            Sql::Index(_) if table.index == Index::Fresh => return None,
            Sql::Index(_) => table.index = Index::Fresh,
            Sql::Insert(_, client) => table.inserted |= 1 << client,
        }
        Some(next)
    }

    fn bad(&self, state: &Self::State) -> bool {
        state.iter().filter(|t| t.exists).count() >= 2
            && state.iter().any(|t| t.exists && t.index == Index::Stale && t.inserted.count_ones() >= 2)
    }

    fn pool(&self) -> Vec<(Sql, u32)> {
        let mut pool: Vec<Sql> = (0..TABLES).map(Sql::Create).collect();
        pool.extend((0..TABLES).map(Sql::Drop));
        pool.extend((0..TABLES).map(Sql::Index));
        pool.extend((0..TABLES).flat_map(|t| (0..CLIENTS).map(move |c| Sql::Insert(t, c))));
        pool.into_iter().map(|call| (call, 1)).collect()
    }

    fn classes(call: &Sql) -> Vec<String> {
        let (tag, table) = match call {
            Sql::Create(t) => ("create", t),
            Sql::Drop(t) => ("drop", t),
            Sql::Index(t) => ("index", t),
            Sql::Insert(t, _) => ("insert", t),
        };
        let mut classes = vec![tag.to_owned(), format!("table {table}"), format!("{tag} {table}")];
        if let Sql::Insert(_, client) = call {
            classes.push(format!("client {client}"));
        }
        classes
    }
}
