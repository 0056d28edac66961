//! A drawing from a file, and into one. Not here: choosing and saving files (`dom`).

use domain::flow::FlowGraph;

/// The largest file that is read.
pub const MAX_BYTES: u32 = 1_000_000;

/// Reads a drawing; what is wrong is said in plain words.
pub fn read(text: &str) -> Result<FlowGraph, String> {
    if text.len() as u64 > u64::from(MAX_BYTES) {
        return Err("The file is larger than 1 MB. A flow is much smaller; is this the right file?".into());
    }
    let graph: FlowGraph = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| explain(&e))?;
    match graph.shape().0.into_iter().next() {
        Some(problem) => Err(problem.message),
        None => Ok(graph),
    }
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
            (r#"{"version":1,"nodes":[{"id":"n1","kind":"start"},{"id":"n2","kind":"end"}],"edges":[{"from":"n1","port":"next","to":"n2"},{"from":"n1","port":"next","to":"n2"}]}"#.into(), "two ways"),
            (with(r#"{"id":"","kind":"start"}"#), "no usable id"),
            (with(r#"{"id":"n1","kind":"start"},{"id":"n1","kind":"end"}"#), "Two steps"),
            (r#"{"version":99,"nodes":[],"edges":[]}"#.into(), "version of drawings"),
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
