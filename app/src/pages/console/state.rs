//! What the console knows: the scene, what is changed for the session, and its two sides.

use domain::agent::{Agent, AgentDraft, ModelChoice};
use domain::message::Channel;
use domain::suite::{TestDraft, suggest};
use domain::turn::{Line, Said, Speaker, TestAsk, Transcript};
use leptos::prelude::*;

use super::api::{ConsoleData, VersionOption};
use super::correct::Correcting;
use super::editor::Writing;
use super::lane::{Lane, overrides};
use super::session::Session;
use crate::ui::browser;

/// See the head of this file. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Console {
    /// The agent as it was last saved.
    pub agent: RwSignal<Agent>,
    /// Its versions, newest first.
    pub versions: RwSignal<Vec<VersionOption>>,
    /// The models that can be asked, with their names.
    pub models: StoredValue<Vec<(ModelChoice, String)>>,
    /// Whether this server has a voice.
    pub speaks: bool,
    /// What the lead is about to say.
    pub input: RwSignal<String>,
    /// The word of the channel, or empty.
    pub channel: RwSignal<String>,
    /// What the lead is called.
    pub lead_name: RwSignal<String>,
    /// What was said before the conversation began.
    pub history: RwSignal<Vec<Said>>,
    /// What is changed for this session.
    pub session: RwSignal<Session>,
    /// Whether two sides are compared.
    pub compare: RwSignal<bool>,
    /// The first side.
    pub a: Lane,
    /// The second side, while two are compared.
    pub b: Lane,
    /// The reply whose trace is shown: on the second side or not, and its place; none for the newest.
    pub shown: RwSignal<(bool, Option<usize>)>,
    /// The column that phones show.
    pub column: RwSignal<String>,
    /// A test that is being written.
    pub writing: RwSignal<Option<Writing>>,
    /// An answer that is being corrected.
    pub correcting: RwSignal<Option<Correcting>>,
}

impl Console {
    /// An empty one.
    pub fn new(data: ConsoleData) -> Self {
        Self {
            agent: RwSignal::new(data.agent),
            versions: RwSignal::new(data.versions),
            models: StoredValue::new(data.models),
            speaks: data.speaks,
            input: RwSignal::new(String::new()),
            channel: RwSignal::new(Channel::Sms.as_str().to_owned()),
            lead_name: RwSignal::new("Ada Lovelace".to_owned()),
            history: RwSignal::new(Vec::new()),
            session: RwSignal::new(Session::default()),
            compare: RwSignal::new(false),
            a: Lane::new("A"),
            b: Lane::new("B"),
            shown: RwSignal::new((false, None)),
            column: RwSignal::new("conversation".to_owned()),
            writing: RwSignal::new(None),
            correcting: RwSignal::new(None),
        }
    }

    /// The sides that take part.
    pub fn lanes(self) -> Vec<Lane> {
        if self.compare.get() { vec![self.a, self.b] } else { vec![self.a] }
    }

    /// Whether an answer is under way on any side.
    pub fn is_running(self) -> bool {
        self.lanes().into_iter().any(Lane::is_running)
    }

    /// Whether nothing was said yet.
    pub fn is_empty(self) -> bool {
        self.a.transcript.with(|t| t.lines.is_empty()) && self.b.transcript.with(|t| t.lines.is_empty())
    }

    /// The channel whose rules hold.
    pub fn channel(self) -> Option<Channel> {
        self.channel.with(|word| word.parse().ok())
    }

    /// The side whose trace is shown.
    pub fn shown_lane(self) -> Lane {
        if self.shown.get().0 && self.compare.get() { self.b } else { self.a }
    }

    /// Sends what stands in the field.
    pub fn send(self) {
        let input = self.input.get_untracked();
        if self.say(&input) {
            self.input.set(String::new());
        }
    }

    /// Says something as the lead and lets every side answer. `false` when that is not possible now.
    pub fn say(self, input: &str) -> bool {
        if input.trim().is_empty() || untrack(|| self.is_running()) {
            return false;
        }
        self.shown.update(|shown| shown.1 = None);
        for lane in untrack(|| self.lanes()) {
            lane.ask(self.agent.with_untracked(|a| a.id), self.asked(lane, input));
        }
        true
    }

    /// What a side is asked.
    fn asked(self, lane: Lane, input: &str) -> TestAsk {
        let mut history = self.history.get_untracked();
        history.extend(lane.transcript.with_untracked(Transcript::said));
        let session = if lane.with_session.get_untracked() { self.session.get_untracked() } else { Session::default() };
        let chosen = lane.version.with_untracked(|v| v.parse::<i32>().ok()).and_then(|v| self.draft_of(v));
        let model = lane.model.get_untracked();
        TestAsk {
            input: input.to_owned(),
            history,
            channel: untrack(|| self.channel()),
            lead_name: self.lead_name.get_untracked(),
            overrides: self.agent.with_untracked(|a| overrides(&a.draft, chosen.as_ref(), &model, &session)),
        }
    }

    fn draft_of(self, version: i32) -> Option<AgentDraft> {
        self.versions.with_untracked(|all| all.iter().find(|v| v.version == version).map(|v| v.draft.clone()))
    }

    /// Replays a side from the reply at this place, or from its newest one: what the lead had said there is asked again, with the settings
    /// of now. The old answer and what came after it are left out, and kept to compare.
    pub fn rerun(self, lane: Lane, at: Option<usize>) {
        if untrack(|| lane.is_running()) {
            return;
        }
        let Some(text) = at.or_else(|| untrack(|| lane.last_reply())).and_then(|at| lane.unsay(at)) else { return };
        self.shown.update(|shown| shown.1 = None);
        lane.ask(self.agent.with_untracked(|a| a.id), self.asked(lane, &text));
    }

    /// The same for every side.
    pub fn rerun_all(self) {
        for lane in untrack(|| self.lanes()) {
            self.rerun(lane, None);
        }
    }

    /// Opens the window for a new test, filled from a reply: the one at this place, or the newest.
    pub fn save_as_test(self, lane: Lane, at: Option<usize>) {
        if let Some((line, scene, _)) = self.scene(lane, at) {
            let assertions = suggest(&line, scene.channel);
            self.writing.set(Some(Writing { id: None, draft: TestDraft { assertions, ..scene } }));
        }
    }

    /// Opens the window that corrects a reply: the one at this place, or the newest.
    pub fn mark_wrong(self, lane: Lane, at: Option<usize>) {
        if let Some((line, scene, at)) = self.scene(lane, at) {
            let scene = TestDraft { name: format!("Wrong: {}", scene.name), ..scene };
            self.correcting.set(Some(Correcting { line, scene, lane, at }));
        }
    }

    /// A finished reply with what led to it, as a test without expectations, and its place. None while a window is open: what is typed
    /// there must not be swept away by a key.
    fn scene(self, lane: Lane, at: Option<usize>) -> Option<(Line, TestDraft, usize)> {
        if self.writing.with_untracked(Option::is_some) || self.correcting.with_untracked(Option::is_some) {
            return None;
        }
        let at = at.or_else(|| untrack(|| lane.last_reply()))?;
        lane.transcript.with_untracked(|t| {
            let line = t.lines.get(at).filter(|line| line.is_answered())?;
            let lead = t.lines[..at].iter().rposition(|l| l.speaker == Speaker::Lead)?;
            let before = Transcript { lines: t.lines[..lead].to_vec() };
            let mut history = self.history.get_untracked();
            history.extend(before.said());
            let input = t.lines[lead].text.clone();
            let scene = TestDraft {
                name: domain::text::cut(&input, 60).trim().to_owned(),
                channel: untrack(|| self.channel()),
                lead_name: self.lead_name.get_untracked(),
                history,
                input,
                ..TestDraft::default()
            };
            Some((line.clone(), scene, at))
        })
    }

    /// Begins a conversation with a test's scene; its words stand in the field.
    pub fn load(self, test: &TestDraft) {
        self.reset();
        self.channel.set(test.channel.map(|c| c.as_str().to_owned()).unwrap_or_default());
        self.lead_name.set(test.lead_name.clone());
        self.history.set(test.history.clone());
        self.input.set(test.input.clone());
        self.column.set("conversation".to_owned());
    }

    /// Shows the trace of a reply.
    pub fn explain(self, lane: Lane, at: usize) {
        self.shown.set((lane.name == "B", Some(at)));
        self.column.set("trace".to_owned());
        // Beside two sides the trace stands below them. A frame later it has its steps.
        request_animation_frame(|| browser::show("console-trace"));
    }

    /// Compares two sides, or no longer. The second begins with what the first has said, so that both answer the same from here on.
    pub fn set_compare(self, on: bool) {
        if on {
            self.b.catch_up(self.a);
        }
        self.compare.set(on);
    }

    /// Stops every answer under way.
    pub fn stop(self) {
        self.a.stop();
        self.b.stop();
    }

    /// Begins the conversation anew; the scene and the session's changes stay.
    pub fn reset(self) {
        self.a.reset();
        self.b.reset();
        self.shown.set((false, None));
    }
}
