//! One expression for packets of all link types.

use crate::config::Limits;
use crate::model::{OptionValue, PacketBatch, Setting};
use crate::sandbox::{FilterError, Module, PacketFilter};

/// The option by which a module is told what packets it will get.
const LINK_TYPE: &str = "link-type";

/// An expression in a module. A module with the option `link-type` gets a session for each: it then knows where headers lie, needs fewer bytes of each
/// packet, and says when the expression makes no sense for that link type. No packet of such a type is selected.
pub struct Filters {
    module: Module,
    limits: Limits,
    expression: String,
    settings: Vec<Setting>,
    by_link_type: bool,
    sessions: Vec<(u32, Option<PacketFilter>)>,
    warnings: Vec<String>,
}

impl Filters {
    /// Compiles the expression. No packet is needed to find what is wrong with it.
    ///
    /// # Errors
    /// The expression or a setting does not suit the module, the module is no filter, or it fails.
    pub fn open(module: Module, limits: Limits, expression: &str, settings: &[Setting]) -> Result<Self, FilterError> {
        let mut any = PacketFilter::open(module.clone(), limits.clone(), expression, settings)?;
        let by_link_type = module.describe(&limits)?.options.iter().any(|option| option.name == LINK_TYPE)
            && !settings.iter().any(|setting| setting.name == LINK_TYPE);
        let warnings = any.warnings()?;
        let sessions = if by_link_type { Vec::new() } else { vec![(0, Some(any))] };
        let (expression, settings) = (expression.to_owned(), settings.to_vec());
        Ok(Self { module, limits, expression, settings, by_link_type, sessions, warnings })
    }

    /// The same for another thread.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn another(&self) -> Result<Self, FilterError> {
        let sessions = if self.by_link_type { Vec::new() } else { vec![(0, Some(self.session(None)?))] };
        let Self { module, limits, expression, settings, by_link_type, .. } = self;
        let (module, limits, settings) = (module.clone(), limits.clone(), settings.clone());
        Ok(Self { module, limits, expression: expression.clone(), settings, by_link_type: *by_link_type, sessions, warnings: Vec::new() })
    }

    /// What was found out about the expression since the last call, for people.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// One bit a packet; `None`: none is selected.
    ///
    /// # Errors
    /// The module fails.
    pub fn select(&mut self, batch: PacketBatch<'_>) -> Result<Option<Vec<u8>>, FilterError> {
        let link_type = if self.by_link_type { batch.link_type } else { 0 };
        if !self.sessions.iter().any(|(known, _)| *known == link_type) {
            let session = self.session_of(link_type)?;
            self.sessions.push((link_type, session));
        }
        let session = self.sessions.iter_mut().find(|(known, _)| *known == link_type);
        session.and_then(|(_, session)| session.as_mut()).map(|session| session.select(batch)).transpose()
    }

    fn session_of(&mut self, link_type: u32) -> Result<Option<PacketFilter>, FilterError> {
        match self.session(Some(link_type)) {
            Ok(mut session) => {
                let warnings = session.warnings()?;
                self.warnings.extend(warnings);
                Ok(Some(session))
            }
            Err(FilterError::BadExpression { at, expected }) => {
                self.warnings.push(format!("no packet of link type {link_type} is selected: at byte {at} of the expression: {expected}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn session(&self, link_type: Option<u32>) -> Result<PacketFilter, FilterError> {
        let link_type = link_type.map(|value| Setting { name: LINK_TYPE.to_owned(), value: OptionValue::Integer(value.into()) });
        let settings: Vec<_> = self.settings.iter().cloned().chain(link_type).collect();
        PacketFilter::open(self.module.clone(), self.limits.clone(), &self.expression, &settings)
    }
}
