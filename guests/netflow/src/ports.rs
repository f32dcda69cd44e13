//! Ports that exporters send to.

/// Ports and ranges of them; none: any port.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ports(Vec<(u16, u16)>);

impl Ports {
    /// From numbers and ranges; `None`: one of them is neither.
    pub fn of(texts: &[String]) -> Option<Self> {
        let range = |text: &String| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            (first <= last).then_some((first, last))
        };
        texts.iter().map(range).collect::<Option<_>>().map(Self)
    }

    /// Every port.
    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the port was named.
    #[inline]
    pub fn contains(&self, port: u16) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers_and_ranges() {
        let ports = Ports::of(&["2055".into(), "9990 - 9999".into()]).unwrap();
        assert_eq!([2055, 2056, 9989, 9990, 9999].map(|port| ports.contains(port)), [true, false, false, true, true]);
        for text in ["", "x", "70000", "9-8", "1-"] {
            assert_eq!(Ports::of(&[text.to_owned()]), None, "{text}");
        }
    }
}
