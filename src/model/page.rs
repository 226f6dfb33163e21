//! Pages: prose of any sort.

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::source::record::Record;

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    pub services: Vec<Reference>,
    /// The folder below `content/` that this page introduces; empty for the content folder itself.
    pub folder: Option<String>,
}

impl Page {
    pub(super) fn read(record: &mut Record, folder: Option<String>) -> Self {
        Self { services: reference::many(record, "services", &[Kind::Service]), folder }
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.services.iter_mut().for_each(visit);
    }
}
