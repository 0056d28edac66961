//! A drawing from a file, and into one. Not here: choosing and saving files (`dom`).

use domain::flow::FlowGraph;
use domain::flow::check::MAX_NODES;
use domain::flow::graph::GRAPH_VERSION;

/// The largest file that is read.
pub const MAX_BYTES: u32 = 1_000_000;

/// Reads a drawing; what is wrong is said in plain words.
pub fn read(text: &str) -> Result<FlowGraph, String> {
    if text.len() as u64 > u64::from(MAX_BYTES) {
        return Err("The file is larger than 1 MB. A flow is much smaller; is this the right file?".into());
    }
    let mut graph: FlowGraph = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| explain(&e))?;
    if graph.version == 0 || graph.version > GRAPH_VERSION {
        return Err(format!(
            "The file was written by another version (format {}); this one reads format {GRAPH_VERSION}.",
            graph.version
        ));
    }
    if graph.nodes.is_empty() {
        return Err("The file has no steps.".into());
    }
    if graph.nodes.len() as u64 > u64::from(MAX_NODES) {
        return Err(format!("The file has {} steps; a flow may have at most {MAX_NODES}.", graph.nodes.len()));
    }
    for (i, node) in graph.nodes.iter_mut().enumerate() {
        if node.id.is_empty() || node.id.len() > 40 {
            return Err(format!("Step {} has no usable id: give each step one of 1 to 40 characters.", i + 1));
        }
        node.at.x = node.at.x.clamp(-100_000, 100_000);
        node.at.y = node.at.y.clamp(-100_000, 100_000);
    }
    for (i, node) in graph.nodes.iter().enumerate() {
        if graph.nodes[..i].iter().any(|n| n.id == node.id) {
            return Err(format!("Two steps are called “{}”. Give each its own id.", node.id));
        }
    }
    for (i, edge) in graph.edges.iter().enumerate() {
        if graph.edges[..i].iter().any(|e| e.from == edge.from && e.port == edge.port) {
            return Err(format!("Step “{}” has two ways from its exit “{}”. Keep one.", edge.from, edge.port));
        }
    }
    Ok(graph)
}

/// Writes a drawing for people to read and for [`read`] to read again.
pub fn write(graph: &FlowGraph) -> String {
    serde_json::to_string_pretty(graph).unwrap_or_default()
}

/// A file name made of a campaign's name.
pub fn file_name(campaign: &str) -> String {
    let words: Vec<String> =
        campaign.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let name: String = words.join("-").chars().take(60).collect();
    if name.is_empty() { "flow.json".into() } else { format!("{name}.flow.json") }
}

fn explain(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => "The file ends too early: part of it is missing.".into(),
        Category::Syntax | Category::Io => {
            format!("This is not JSON: look at line {}, column {}.", error.line(), error.column())
        }
        Category::Data => {
            let text = error.to_string();
            let what = text.split(" at line ").next().unwrap_or_default();
            format!("This is JSON, but not a flow: {what} (line {}).", error.line())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::starter::sms_whatsapp_voice;

    #[test]
    fn what_is_written_is_read_again() {
        let graph = sms_whatsapp_voice(None, None, None, None, 7_200);
        assert_eq!(read(&write(&graph)), Ok(graph.clone()));
        assert_eq!(read(&format!("\u{feff}{}", write(&graph))), Ok(graph));
    }

    #[test]
    fn a_wrong_file_is_refused_in_plain_words() {
        let with = |nodes: &str| format!(r#"{{"version":1,"nodes":[{nodes}],"edges":[]}}"#);
        for (text, says) in [
            (String::new(), "ends too early"),
            ("<html>".into(), "not JSON"),
            (r#"{"version":1,"nodes":["#.into(), "ends too early"),
            ("[1,2]".into(), "not a flow"),
            (with(r#"{"id":"n1","kind":"teleport"}"#), "not a flow"),
            (with(""), "no steps"),
            (with(r#"{"id":"","kind":"start"}"#), "no usable id"),
            (with(r#"{"id":"n1","kind":"start"},{"id":"n1","kind":"end"}"#), "Two steps"),
            (r#"{"version":99,"nodes":[],"edges":[]}"#.into(), "another version"),
            (" ".repeat(1_000_001), "larger than 1 MB"),
        ] {
            let said = read(&text).expect_err(says);
            assert!(said.contains(says), "{said}");
        }
    }

    #[test]
    fn a_file_is_named_after_the_campaign() {
        assert_eq!(file_name("Q3: Follow-up / NY"), "q3-follow-up-ny.flow.json");
        assert_eq!(file_name("///"), "flow.json");
    }
}
