//! The licences of all crates that are in a program or an image: their authors ask that these texts
//! go with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

use super::own;
use crate::step::Failure;

/// Files with one of these at the begin of their names are such texts.
const TEXTS: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// The texts for the packages of a workspace that are called so, built for these targets.
pub(super) fn texts(
    manifest: &str,
    packages: &[&str],
    targets: &[&str],
) -> Result<String, Failure> {
    let mut ask = MetadataCommand::new();
    ask.manifest_path(own(manifest));
    let filter = targets.iter().flat_map(|target| ["--filter-platform", target]);
    let options: Vec<_> = std::iter::once("--locked").chain(filter).map(str::to_owned).collect();
    ask.other_options(options);
    let known =
        ask.exec().map_err(|error| Failure::new("ask for the crates", error.to_string()))?;
    // Many have the same text, which is told once.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for id in linked(&known, packages) {
        // What is the project's own has no source.
        let package = &known[&id];
        if package.source.is_none() {
            continue;
        }
        let license = package.license.as_deref().unwrap_or("its own licence");
        let name = format!("{} {} ({license})", package.name, package.version);
        let folder = package.manifest_path.parent().map_or(Path::new(""), AsRef::as_ref);
        for text in texts_in(folder) {
            texts.entry(text.trim().to_owned()).or_default().push(name.clone());
        }
    }
    let told = texts.iter().map(|(text, names)| format!("==== {}\n\n{text}\n\n", names.join(", ")));
    Ok(told.collect())
}

/// Those packages and all that is linked into them. What only a build needs is not.
fn linked(known: &Metadata, packages: &[&str]) -> BTreeSet<PackageId> {
    let nodes = known.resolve.iter().flat_map(|resolved| &resolved.nodes);
    let nodes: Vec<_> = nodes.collect();
    let roots = known.packages.iter().filter(|package| packages.contains(&package.name.as_str()));
    let mut next: Vec<PackageId> = roots.map(|package| package.id.clone()).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = next.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let node = nodes.iter().find(|node| node.id == id);
        let uses = node.iter().flat_map(|node| &node.deps);
        let uses = uses
            .filter(|used| used.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        next.extend(uses.map(|used| used.pkg.clone()));
    }
    seen
}

fn texts_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| is_text(path)).collect();
    files.sort_unstable();
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect()
}

fn is_text(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    path.is_file() && TEXTS.iter().any(|text| name.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_into_the_programs_is_told_and_what_tests_need_is_not() {
        let told = texts("Cargo.toml", &["smolchat"], &["x86_64-unknown-linux-gnu"]).unwrap();
        for crate_name in ["smoltcp", "rustls", "ring", "clap", "sunset"] {
            assert!(told.contains(&format!(" {crate_name} ")), "{crate_name}");
        }
        assert!(!told.contains(" proptest "));
        assert!(!told.contains(" smolchat"));
        assert!(told.contains("Permission is hereby granted"));
    }
}
