//! `weir module inspect`

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::Exit;
use super::super::engine::engine;
use super::super::quantity::bytes;
use super::profile::{Column, Columns, Profile};
use crate::config::{ModuleFiles, did_you_mean};
use crate::model::{OptionSpec, OptionValue};

/// Shows what a module says of itself
///
/// What it reads, the options that a pipeline can give it, the columns of its rows, and what weir finds out about its file: digest, size, the
/// interface and the version of the contract that it was built for, and what it imports, which can be nothing but the log.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module inspect flow
  weir module inspect target/modules/flow.wasm
  weir module inspect flow --json | jq -r '.schemas[] | select(.schema == \"full\").columns[].name'")]
pub(in super::super) struct Args {
    /// A module's file, or its name
    #[arg(value_name = "FILE")]
    module: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(in super::super) fn inspect(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let file = find(&args.module, &ModuleFiles::of_this_process())?;
    let profile = Profile::of(&engine()?, &file)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&profile)?)?;
    } else {
        write!(out, "{}", text(&profile))?;
    }
    Ok(Exit::Done)
}

/// A file of that path, or else the module of that name.
fn find(module: &Path, files: &ModuleFiles) -> anyhow::Result<PathBuf> {
    let name = module.to_str().filter(|name| !name.contains('/') && !module.exists());
    let Some(name) = name else { return Ok(module.to_owned()) };
    files.find(name).ok_or_else(|| {
        let near = did_you_mean(name, files.all().keys().map(String::as_str));
        anyhow::anyhow!("no module `{name}`: no file of that name, and no {name}.wasm in {}{near}", files.places())
    })
}

fn text(profile: &Profile) -> String {
    let Profile { file, size, digest, kind, contract, imports, about, schemas } = profile;
    let mut out = format!("{} {}: {}\n\n", about.name, about.version, about.summary);
    let imports = if imports.is_empty() { "nothing".to_owned() } else { imports.join(", ") };
    let reads = about.reads.join("\n          ");
    _ = writeln!(out, "reads     {reads}\nfile      {}, {}\ndigest    {digest}", file.display(), bytes(*size));
    _ = writeln!(out, "contract  {kind} of weir:ingest@{contract}\nimports   {imports}");
    _ = writeln!(out, "\nOptions{}", if about.options.is_empty() { ": none" } else { "" });
    about.options.iter().for_each(|option| out.push_str(&option_text(option)));
    schemas.iter().for_each(|columns| out.push_str(&columns_text(columns)));
    out
}

fn option_text(option: &OptionSpec) -> String {
    let value = match &option.default {
        OptionValue::Text(text) => format!("{text:?}"),
        OptionValue::Texts(texts) => format!("{texts:?}"),
        OptionValue::Boolean(value) => value.to_string(),
        OptionValue::Integer(value) => value.to_string(),
    };
    let presence = if option.required { "must be set".to_owned() } else { format!("default {value}") };
    let choices = if option.choices.is_empty() { String::new() } else { format!("; one of {}", option.choices.join(", ")) };
    format!("  {}: {}; {presence}{choices}\n      {}\n", option.name, option.default.type_name(), option.doc)
}

fn columns_text(columns: &Columns) -> String {
    let title = columns.schema.as_ref().map(|schema| format!(" with schema = {schema:?}")).unwrap_or_default();
    if let Some(error) = &columns.error {
        return format!("\nColumns{title}: {error}\n");
    }
    let width = |of: fn(&Column) -> &str| columns.columns.iter().map(|column| of(column).chars().count()).max().unwrap_or(0);
    let (name_width, type_width) = (width(|column| &column.name), width(|column| &column.data_type));
    let shown = columns.columns.iter().filter(|column| !column.hidden).count();
    let mut out = format!("\n{shown} columns{title}\n");
    for Column { name, data_type, nullable, doc, event_time, hidden } in &columns.columns {
        let place = if *hidden { ", no column of the table" } else { "" };
        let event_time = event_time.map(|unit| format!(" (event time in {unit}{place})")).unwrap_or_default();
        let null = if *nullable { "null" } else { "    " };
        _ = writeln!(out, "  {name:name_width$}  {data_type:type_width$}  {null}  {doc}{event_time}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Description, Digest, ModuleKind};

    #[test]
    fn a_profile_is_read_from_top_to_bottom() {
        let column = |name: &str, data_type: &str, event_time: Option<&'static str>| Column {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            nullable: event_time.is_none(),
            doc: "what it is".to_owned(),
            event_time,
            hidden: false,
        };
        let option = OptionSpec {
            name: "schema".to_owned(),
            default: OptionValue::Text("spot".to_owned()),
            required: false,
            choices: vec!["spot".to_owned(), "full".to_owned()],
            doc: "Which columns.".to_owned(),
        };
        let profile = Profile {
            file: "flow.wasm".into(),
            size: 2 << 20,
            digest: Digest::of(b"abc"),
            kind: ModuleKind::StreamParser,
            contract: "0.1.0",
            imports: vec!["weir:ingest/log@0.1.0".to_owned()],
            about: Description {
                name: "flow".to_owned(),
                version: "0.1.0".to_owned(),
                summary: "NetFlow files".to_owned(),
                reads: vec!["nfcapd 1.6".to_owned(), "nfcapd 1.7".to_owned()],
                options: vec![option],
            },
            schemas: vec![Columns {
                schema: Some("spot".to_owned()),
                columns: vec![column("unix", "int64", Some("seconds")), column("sip", "text", None)],
                error: None,
            }],
        };
        let expected = "\
flow 0.1.0: NetFlow files

reads     nfcapd 1.6
          nfcapd 1.7
file      flow.wasm, 2.0 MiB
digest    sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
contract  stream-parser of weir:ingest@0.1.0
imports   weir:ingest/log@0.1.0

Options
  schema: a text; default \"spot\"; one of spot, full
      Which columns.

2 columns with schema = \"spot\"
  unix  int64        what it is (event time in seconds)
  sip   text   null  what it is
";
        assert_eq!(text(&profile), expected);
    }

    #[test]
    fn a_name_that_no_module_has_gets_the_nearest_one() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("flow.wasm"), "").unwrap();
        let files = ModuleFiles::in_directories([directory.path().to_owned()]);
        assert_eq!(find(Path::new("flow"), &files).unwrap(), directory.path().join("flow.wasm"));
        assert_eq!(find(Path::new("./flow"), &files).unwrap(), Path::new("./flow"));
        let error = find(Path::new("flwo"), &files).unwrap_err().to_string();
        assert!(error.ends_with("; did you mean `flow`?"), "{error}");
    }
}
