//! The least and the greatest value, of a page and of a column chunk.

/// The bounds of what was seen since the page, and since the chunk, began.
pub(super) struct Bounds<T> {
    page: Option<(T, T)>,
    chunk: Option<(T, T)>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self { page: None, chunk: None }
    }
}

impl<T: Ord + Clone> Bounds<T> {
    /// Takes in what lies between two values.
    pub(super) fn widen<B: Ord + ToOwned<Owned = T> + ?Sized>(&mut self, least: &B, greatest: &B)
    where
        T: std::borrow::Borrow<B>,
    {
        let Some((low, high)) = &mut self.page else {
            self.page = Some((least.to_owned(), greatest.to_owned()));
            return;
        };
        if least < (*low).borrow() {
            *low = least.to_owned();
        }
        if greatest > (*high).borrow() {
            *high = greatest.to_owned();
        }
    }

    /// Ends the page: its bounds, or none where it has no values.
    pub(super) fn end_page(&mut self) -> Option<(T, T)> {
        let (low, high) = self.page.take()?;
        self.chunk = Some(match self.chunk.take() {
            Some((least, greatest)) => (least.min(low.clone()), greatest.max(high.clone())),
            None => (low.clone(), high.clone()),
        });
        Some((low, high))
    }

    /// The bounds of all pages.
    pub(super) fn chunk(&self) -> Option<&(T, T)> {
        self.chunk.as_ref()
    }
}
