//! Segments as a calculator counts them that nobody here wrote (`end2end/peers/segments.mjs` makes the table).

use domain::segments::cut;

#[test]
fn segments_are_counted_as_others_count_them() {
    let mut wrong = Vec::new();
    for line in include_str!("segments.tsv").lines() {
        let mut fields = line.split('\t');
        let (text, segments, encoding) = (fields.next(), fields.next(), fields.next());
        let text: String = serde_json::from_str(text.unwrap_or_default()).expect("a JSON string");
        let ours = cut(&text);
        let unicode = encoding != Some("GSM-7");
        if (ours.segments().to_string().as_str(), ours.unicode) != (segments.unwrap_or_default(), unicode) {
            wrong.push(format!("{text:?}: {} {} not {segments:?} {encoding:?}", ours.segments(), ours.unicode));
        }
    }
    assert!(wrong.is_empty(), "{} differ: {:#?}", wrong.len(), wrong.iter().take(5).collect::<Vec<_>>());
}
