//! Numbers of places in lent memory, in the order in which they came. Knows nobody.

/// A short list of places.
#[derive(Debug)]
pub(crate) struct PlaceList<'s> {
    places: &'s mut [u32],
    len: usize,
}

impl<'s> PlaceList<'s> {
    /// An empty list of at most as many places as there is memory.
    pub(crate) fn new(places: &'s mut [u32]) -> Self {
        PlaceList { places, len: 0 }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len == self.places.len()
    }

    /// All places, the first that came first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.places[..self.len].iter().map(|place| *place as usize)
    }

    /// Adds a place. The caller has asked whether there is room.
    pub(crate) fn push(&mut self, place: usize) {
        debug_assert!(!self.is_full(), "a list of places is too short");
        if let Some(last) = self.places.get_mut(self.len) {
            *last = place as u32;
            self.len += 1;
        }
    }

    /// Takes the last place that came.
    pub(crate) fn pop(&mut self) -> Option<usize> {
        self.len = self.len.checked_sub(1)?;
        Some(self.places[self.len] as usize)
    }

    /// Takes this place away, if it is there.
    pub(crate) fn remove(&mut self, place: usize) {
        let at = self.iter().position(|other| other == place);
        if let Some(at) = at {
            self.places.copy_within(at + 1..self.len, at);
            self.len -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_their_order_when_one_is_taken_away() {
        let mut memory = [0; 3];
        let mut list = PlaceList::new(&mut memory);
        assert_eq!(list.pop(), None);
        [4, 9, 6].into_iter().for_each(|place| list.push(place));
        assert!(list.is_full());
        list.remove(5);
        list.remove(9);
        assert!(list.iter().eq([4, 6]) && !list.is_full());
        list.push(9);
        assert!(list.iter().eq([4, 6, 9]));
        assert_eq!(
            [list.pop(), list.pop(), list.pop(), list.pop()],
            [Some(9), Some(6), Some(4), None]
        );
    }
}
