//! The weights of the learned reader: one small number for each topic at each place, and which pieces of language ever stood in an example.

use std::sync::LazyLock;

use super::{ENOUGH_WORDS, KNOWN_SHARE, PLACES, Topic, features, pieces};
use crate::words::Text;

const TOPICS: usize = Topic::ALL.len();
/// How much surer it has to be of a passage than of the whole, in logits: torn out of what stands around it, much sounds like a subject.
const PASSING: f32 = 0.5;

/// See the head of this file.
pub struct Weights {
    /// What a step of one is worth, and what each topic starts with.
    scale: f32,
    bias: [f32; TOPICS],
    /// [`TOPICS`] steps for each place.
    steps: Vec<i8>,
    /// A bit for each place.
    known: Vec<u8>,
}

static OURS: LazyLock<Weights> = LazyLock::new(|| {
    let bytes = include_bytes!("weights.bin");
    // A test reads the very file; one of another size would be a build of halves.
    Weights::from_bytes(bytes).unwrap_or(Weights {
        scale: 0.0,
        bias: [0.0; TOPICS],
        steps: vec![0; PLACES * TOPICS],
        known: vec![0; PLACES / 8],
    })
});

impl Weights {
    /// Those that come with the program.
    pub fn ours() -> &'static Self {
        &OURS
    }

    /// Reads them; none when the size is not theirs.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(4 * (1 + TOPICS))?;
        let (steps, known) = rest.split_at_checked(PLACES * TOPICS)?;
        let mut numbers = head.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        let scale = numbers.next()?;
        let mut bias = [0.0; TOPICS];
        for (into, from) in bias.iter_mut().zip(numbers) {
            *into = from;
        }
        (known.len() == PLACES / 8).then(|| Self {
            scale,
            bias,
            steps: steps.iter().map(|byte| i8::from_le_bytes([*byte])).collect(),
            known: known.to_vec(),
        })
    }

    /// Makes them of what was learned: `learned` holds the weights of each topic at each place.
    pub fn to_bytes(learned: &[[f32; TOPICS]], bias: [f32; TOPICS], known: &[bool]) -> Vec<u8> {
        let most = learned.iter().flatten().fold(0.0_f32, |most, one| most.max(one.abs()));
        let scale = (most / 127.0).max(f32::MIN_POSITIVE);
        let mut bytes = Vec::with_capacity(PLACES * TOPICS + PLACES / 8 + 64);
        for number in std::iter::once(scale).chain(bias) {
            bytes.extend(number.to_le_bytes());
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 127 by the scale")]
        bytes.extend(learned.iter().flatten().map(|one| (one / scale).round() as i8).flat_map(i8::to_le_bytes));
        bytes.extend(
            known.chunks(8).map(|eight| eight.iter().rev().fold(0_u8, |byte, bit| (byte << 1) | u8::from(*bit))),
        );
        bytes
    }

    /// How sure it is of each topic, from 0 to 1: of the surest stretch.
    pub fn read(&self, text: &Text) -> Vec<(Topic, f32)> {
        let mut best = [f32::NEG_INFINITY; TOPICS];
        for (at, places) in features(text).into_iter().enumerate() {
            let doubt = if at == 0 { 0.0 } else { PASSING };
            #[expect(clippy::cast_precision_loss, reason = "a message has some thousand features at most")]
            let length = (places.len().max(1) as f32).sqrt();
            for (nth, best) in best.iter_mut().enumerate() {
                let sum: i32 = places.iter().map(|place| i32::from(self.steps[*place as usize * TOPICS + nth])).sum();
                #[expect(clippy::cast_precision_loss, reason = "some thousand times 127")]
                let score = self.bias[nth] + sum as f32 * self.scale / length - doubt;
                *best = best.max(score);
            }
        }
        Topic::ALL.iter().map(|topic| (*topic, 1.0 / (1.0 + (-best[*topic as usize]).exp()))).collect()
    }

    /// Whether the message is in a language of the examples, as far as its words tell.
    pub fn knows(&self, text: &Text) -> bool {
        let pieces = pieces(text);
        let known = pieces.iter().filter(|place| self.known[**place as usize / 8] >> (**place % 8) & 1 == 1).count();
        pieces.len() < ENOUGH_WORDS || known * 100 >= pieces.len() * KNOWN_SHARE
    }
}
