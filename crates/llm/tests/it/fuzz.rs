//! Streams as no provider should send them, in any portions: always the same events, and no panic (docs/TESTING.md).

use llm::sse::{Event, Parser};

fn events(portions: &[&[u8]]) -> Result<Vec<Event>, ()> {
    let mut parser = Parser::default();
    let mut all = Vec::new();
    for portion in portions {
        all.extend(parser.push(portion).map_err(|_| ())?);
    }
    all.extend(parser.finish());
    Ok(all)
}

#[test]
fn event_streams_judged_by_proptest() {
    let samples: [&[u8]; 3] = [
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi \u{1f6b2}\"}}]}\n\n: here\n\ndata: [DONE]\n\n".as_bytes(),
        b"event: ping\r\ndata: a\r\ndata: b\r\n\r\nid: 3\rretry: 5\rdata\r\r",
        b"\xef\xbb\xbfdata:x\n\ndata: y",
    ];
    judges::fuzz("event streams", &samples, 300, 30_000, |bytes| {
        let whole = events(&[bytes]);
        let each: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(events(&each), whole, "byte by byte");
        let (one, two) = bytes.split_at(bytes.len() / 2);
        assert_eq!(events(&[one, two]), whole, "in two halves");
    });
}
