//! One turn of an agent: what is asked, what a running turn emits, how a transcript grows from it, and what is kept of it for ever.

mod ask;
mod event;
mod record;
mod replay;
mod trace;
mod transcript;
mod why;

pub use ask::{MAX_TEST_CHARS, MAX_TEST_LINES, Overrides, Said, Speaker, TestAsk};
pub use event::{Figures, Handover, TurnEvent};
pub use record::{Found, ModelCall, Outcome, Purpose, Ruling, StandIn, ToolUse, TurnRecord};
pub use replay::{Change, MAX_REPLAY_TURNS, ReplayAsk, ReplayTurn, Replayed, Side, difference};
pub use trace::{StepKind, TraceStep};
pub use transcript::{Line, Transcript};
pub use why::Why;
