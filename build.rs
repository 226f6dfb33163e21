//! Makes the built-in theme's scripts small while onus is compiled: comments and spaces go, local names become short.
//!
//! A page's scripts have a budget, and their sources are to be read. `onus theme eject` writes the sources; scripts that a theme
//! overrides are published as they are written.

use std::path::{Path, PathBuf};
use std::{env, fs};

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_mangler::{MangleOptions, Mangler};
use oxc_parser::Parser;
use oxc_span::SourceType;

const SOURCES: &str = "themes/default/assets";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SOURCES}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder for what is generated"));
    let mut names: Vec<String> = fs::read_dir(SOURCES)
        .expect("the built-in theme is here")
        .map(|entry| entry.expect("the folder can be listed").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".js"))
        .collect();
    names.sort();
    let mut table = String::from(
        "/// Scripts of the built-in theme as they are published, by name.\nconst SCRIPTS: &[(&str, &str)] = &[\n",
    );
    for name in names {
        println!("cargo::rerun-if-changed={SOURCES}/{name}");
        let source = fs::read_to_string(Path::new(SOURCES).join(&name)).expect("a script is text");
        let small = out.join(&name);
        fs::write(&small, minified(&name, &source)).expect("the script is written");
        table.push_str(&format!("    ({name:?}, include_str!({:?})),\n", small.to_string_lossy()));
    }
    table.push_str("];\n");
    fs::write(out.join("scripts.rs"), table).expect("the table is written");
}

/// A classic script, with names that no other script can see made short.
fn minified(name: &str, source: &str) -> String {
    // What is handed to unit tests is of no use to a page.
    let tested = |line: &&str| !line.contains("module.exports = {");
    let source: String = source.lines().filter(tested).flat_map(|line| [line, "\n"]).collect();
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &source, SourceType::default().with_script(true)).parse();
    assert!(parsed.errors.is_empty(), "{name}: {:?}", parsed.errors);
    let mangled = Mangler::new().with_options(MangleOptions::default()).build(&parsed.program);
    Codegen::new()
        .with_options(CodegenOptions::minify())
        .with_scoping(Some(mangled.scoping))
        .build(&parsed.program)
        .code
}
