//! Formats in the language of Squid's `logformat` and Apache's `LogFormat`, compiled into a template.

use crate::clock::millis;
use crate::codes::{Meaning, longest};
use crate::damage::Damage;
use crate::field::Field;
use crate::moment::{Form, Moment};
use crate::record::{Record, Target};
use crate::template::{Piece, Template};

/// `logformat squid`. https://wiki.squid-cache.org/Features/LogFormat
pub const SQUID: &str = "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %un %Sh/%<a %mt";
/// The same with `log_mime_hdrs on`.
pub const SQUID_HEADERS: &str = "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %un %Sh/%<a %mt [%>h] [%<h]";
/// `logformat referrer`.
pub const REFERRER: &str = "%ts.%03tu %>a %{Referer}>h %ru";
/// The common log format, Apache's and Squid's: without and with the header fields, without and with what Squid adds.
pub const COMBINED: [&str; 4] = [
    "%h %l %u [%tl] \"%r\" %>s %b",
    "%h %l %u [%tl] \"%r\" %>s %b %Ss:%Sh",
    "%h %l %u [%tl] \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"",
    "%h %l %u [%tl] \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %Ss:%Sh",
];

/// A compiled format, and the names of its fields that the module does not know.
#[derive(Debug)]
pub struct Format {
    /// What lines look like.
    pub template: Template,
    /// By the index of [`Target::Other`].
    pub names: Vec<String>,
    /// By the index of [`Target::Moment`].
    forms: Vec<Form>,
    /// Together they tell the time.
    tells: bool,
}

impl Format {
    /// Takes a line apart; false: it does not match.
    ///
    /// # Errors
    /// It matches, and its time is none.
    #[inline]
    pub fn read(&self, line: &[u8], record: &mut Record) -> Result<bool, Damage> {
        let matched = self.template.read(line, record);
        if matched && self.tells {
            self.tell_time(line, record)?;
        }
        Ok(matched)
    }

    /// Puts the pieces of the time together.
    fn tell_time(&self, line: &[u8], record: &mut Record) -> Result<(), Damage> {
        let mut moment = Moment::default();
        for (form, span) in &record.moments {
            let text = line.get(span.start..span.end).unwrap_or_default();
            self.forms.get(*form as usize).and_then(|form| form.read(text, &mut moment)).ok_or(Damage::Time)?;
        }
        record.moment = Some(moment.stamp(millis(line, record)?).ok_or(Damage::Time)?);
        Ok(())
    }
}

/// Compiles a format.
///
/// # Errors
/// What is wrong, for people: it names the code.
pub fn compile(format: &str) -> Result<Format, String> {
    let quick = compiled(format, Compiler { whole_days: true, ..Compiler::default() })?;
    // A day and a time that stand alone are read quickly; with a zone or a fraction beside them they are pieces of one time.
    if quick.forms.is_empty() { Ok(quick) } else { compiled(format, Compiler::default()) }
}

fn compiled(format: &str, mut compiler: Compiler) -> Result<Format, String> {
    let mut rest = format;
    while let Some(percent) = rest.find('%') {
        let (literal, code) = rest.split_at_checked(percent).unwrap_or_default();
        compiler.literal(literal);
        rest = compiler.code(code.strip_prefix('%').unwrap_or_default())?;
    }
    compiler.literal(rest);
    compiler.end()
}

#[derive(Default)]
struct Compiler {
    pieces: Vec<Piece>,
    names: Vec<String>,
    forms: Vec<Form>,
    /// `%Y-%m-%d` and `%H:%M:%S` are fields, not forms.
    whole_days: bool,
    /// The code of the value that came last, for messages.
    last: String,
    /// Index of the piece that takes what is left, and how much it needs that.
    rest: Option<(usize, u8)>,
}

impl Compiler {
    fn literal(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Literal(last)) => last.extend_from_slice(text.as_bytes()),
            _ => self.pieces.push(Piece::Literal(text.as_bytes().to_vec())),
        }
    }

    /// Takes what stands behind a `%`; returns what follows the code.
    fn code<'a>(&mut self, text: &'a str) -> Result<&'a str, String> {
        if let Some(rest) = text.strip_prefix('%') {
            self.literal("%");
            return Ok(rest);
        }
        let wrong = || format!("`%{}` is no code that proxy knows", text.split([' ', '"', ']']).next().unwrap_or_default());
        let bare = text
            .trim_start_matches(['"', '\'', '#', '[', '/', '-'])
            .trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let (argument, bare) = argument(bare);
        let bare = bare.strip_prefix("http::").unwrap_or(bare);
        let (code, meaning) = longest(bare).ok_or_else(wrong)?;
        let rest = bare.strip_prefix(code).unwrap_or_default();
        // Squid has the argument before the code, and takes it behind as well.
        let (argument, rest) = match (argument, rest.strip_prefix('{')) {
            (None, Some(_)) => self::argument(rest),
            (argument, _) => (argument, rest),
        };
        self.meaning(code, meaning, argument)?;
        Ok(rest)
    }

    fn meaning(&mut self, code: &str, meaning: Meaning, argument: Option<&str>) -> Result<(), String> {
        let shown = argument.map_or_else(|| format!("%{code}"), |argument| format!("%{{{argument}}}{code}"));
        match (meaning, argument) {
            (Meaning::Header(""), Some(_)) | (Meaning::Other | Meaning::Header(_), None) => self.other(&shown, shown.clone()),
            (Meaning::Header(side), Some(header)) => {
                let name = format!("{side}({})", header.split(':').next().unwrap_or_default());
                match Field::named(&name) {
                    Some(field) => self.value(&shown, Target::Known(field)),
                    None => self.other(&shown, name),
                }
            }
            (Meaning::Clf(true), None) => {
                self.literal("[");
                self.value(&shown, Target::Known(Field::Clf))?;
                self.literal("]");
                Ok(())
            }
            (Meaning::Clf(false), None) => self.value(&shown, Target::Known(Field::Clf)),
            (Meaning::Clf(_), Some("%Y-%m-%d")) if self.whole_days => self.value(&shown, Target::Known(Field::Date)),
            (Meaning::Clf(_), Some("%H:%M:%S")) if self.whole_days => self.value(&shown, Target::Known(Field::Time)),
            (Meaning::Clf(_), Some("%Y-%m-%d %H:%M:%S")) if self.whole_days => {
                self.value(&shown, Target::Known(Field::Date))?;
                self.literal(" ");
                self.value(&shown, Target::Known(Field::Time))
            }
            (Meaning::Clf(_), Some(form)) => {
                let form = Form::of(form).map_err(|wrong| format!("`{shown}`: proxy does not know {wrong}"))?;
                self.forms.push(form);
                self.value(&shown, Target::Moment(self.forms.len() as u32 - 1))
            }
            (Meaning::Field(Field::TakenSeconds), Some("ms")) => self.value(&shown, Target::Known(Field::TimeTaken)),
            (Meaning::Field(Field::TakenSeconds), Some("us")) => self.value(&shown, Target::Known(Field::TakenMicros)),
            (Meaning::Field(Field::TakenSeconds), Some("s")) | (Meaning::Field(Field::ClientIp), Some("c")) => self.known(&shown, meaning),
            (Meaning::Field(_), None) => self.known(&shown, meaning),
            (Meaning::Other | Meaning::Field(_), Some(_)) => Err(format!("`{shown}`: this code takes no such argument")),
        }
    }

    fn known(&mut self, shown: &str, meaning: Meaning) -> Result<(), String> {
        match meaning {
            Meaning::Field(field) => self.value(shown, Target::Known(field)),
            _ => Ok(()),
        }
    }

    fn other(&mut self, shown: &str, name: String) -> Result<(), String> {
        let index = self.names.len() as u32;
        self.names.push(name);
        self.value(shown, Target::Other(index))
    }

    fn value(&mut self, shown: &str, target: Target) -> Result<(), String> {
        if let Some(Piece::Value(_)) = self.pieces.last() {
            return Err(format!("`{}{shown}`: a text between the two, or where one ends is a guess", self.last));
        }
        // Names of users may hold blanks, headers quotes.
        let quoted = matches!(self.pieces.last(), Some(Piece::Literal(literal)) if literal.ends_with(b"\""));
        let need = match target {
            Target::Known(Field::UserName) => 3,
            _ if quoted => 2,
            Target::Known(Field::Referer | Field::UserAgent | Field::Cookie) => 1,
            _ => 0,
        };
        if self.rest.is_none_or(|(_, other)| need > 0 && need >= other) {
            self.rest = Some((self.pieces.len(), need));
        }
        shown.clone_into(&mut self.last);
        self.pieces.push(Piece::Value(target));
        Ok(())
    }

    fn end(self) -> Result<Format, String> {
        let has = |field| self.pieces.contains(&Piece::Value(Target::Known(field)));
        let told = has(Field::Epoch) || has(Field::Clf) || has(Field::Date) && has(Field::Time);
        let tells = Form::are_whole(self.forms.iter());
        match (told || tells, self.forms.is_empty()) {
            (false, true) => return Err("a code of date and time: %ts, %tl, %tg, %t".to_owned()),
            // Then all of it is compiled once more.
            (false, false) if !self.whole_days => return Err("a time of which the forms tell year, month, day, hour and minute".to_owned()),
            _ => {}
        }
        let (rest, _) = self.rest.ok_or("at least one code")?;
        let occurrences = |target, literal: &[u8]| match target {
            Target::Moment(form) => self.forms.get(form as usize).map_or(0, |form| form.occurrences(literal)),
            Target::Known(_) | Target::Other(_) => 0,
        };
        Ok(Format { template: Template::new(self.pieces, rest, occurrences), names: self.names, forms: self.forms, tells })
    }
}

/// An argument in braces.
fn argument(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        Some((argument, rest)) => (Some(argument), rest),
        None => (None, text),
    }
}
