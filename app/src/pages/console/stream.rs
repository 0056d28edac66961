//! A turn as lines of JSON: made on the server, read in the browser. Portions are packed anew on the way, so only line ends count;
//! bytes and not text, since a portion may end inside a letter.

use domain::turn::TurnEvent;

/// Puts portions together and gives whole events.
#[derive(Debug, Default)]
pub struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// Takes a portion and gives the events that it completes. A line that is no event is left out.
    pub fn push(&mut self, portion: &[u8]) -> Vec<TurnEvent> {
        self.rest.extend_from_slice(portion);
        let Some(end) = self.rest.iter().rposition(|b| *b == b'\n') else { return Vec::new() };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        whole.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

/// One event as its line.
#[cfg(any(feature = "ssr", test))]
fn line(event: &TurnEvent) -> Vec<u8> {
    let mut line = serde_json::to_vec(event).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Runs the turn as its events are read: whoever drops the stream drops the turn, which closes the call to the model.
#[cfg(feature = "ssr")]
pub fn of_turn(
    cx: engine::Cx,
    id: domain::id::AgentId,
    ask: domain::turn::TestAsk,
) -> impl futures::Stream<Item = Result<Vec<u8>, crate::error::AppError>> + Send + 'static {
    use futures::{FutureExt, StreamExt, channel::mpsc, future::ready, stream::select};

    use crate::error::AppError;

    let (tx, events) = mpsc::unbounded::<TurnEvent>();
    let turn = async move {
        let mut sink = move |event: TurnEvent| {
            // The reader lives as long as this future: both are one stream.
            let _ = tx.unbounded_send(event);
        };
        if let Err(error) = engine::turn::test(&cx, id, ask, &mut sink).await {
            sink(TurnEvent::Failed { reason: AppError::from(error).to_string() });
        }
    };
    let turn = turn.into_stream().filter_map(|()| ready(None));
    select(events, turn).map(|event| Ok(line(&event)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_cut_the_bytes_gives_the_same_events() {
        let text = |text: &str| TurnEvent::Text { text: text.into() };
        let events = [text("Grüße 🙂\nline"), text(""), TurnEvent::Failed { reason: "cut".into() }];
        let bytes: Vec<u8> = events.iter().flat_map(line).collect();
        for size in 1..=bytes.len() {
            let mut lines = Lines::default();
            let read: Vec<TurnEvent> = bytes.chunks(size).flat_map(|portion| lines.push(portion)).collect();
            assert_eq!(read, events, "portions of {size}");
        }
        assert_eq!(Lines::default().push(b"nonsense\n{\"type\":\"text\",\"text\":\"x\"}\nrest"), [text("x")]);
    }
}
