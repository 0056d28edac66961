//! Makes the weights of the learned reader from examples:  train-reader WEIGHTS EXAMPLES...
//!
//! An example is a line `message <tab> topics`: topics joined with `+`, or `none`; or a line without a tab, whose topics stand in the line
//! `= topics` above it; ` | ` parts several examples of one line, `{a/b}` stands for either. Logistic regression, one for each topic, by stochastic
//! gradient descent with AdaGrad's steps. The same examples give the same weights on every machine of a kind.

use std::io::Write;
use std::process::ExitCode;

use domain::guardrail::reader::{PLACES, Topic, Weights, features, pieces};
use domain::words::Text;

const TOPICS: usize = Topic::ALL.len();
const ROUNDS: u32 = 40;
const STEP: f32 = 0.5;
/// Where a message stands of which nothing is known: no subject for a human. It is given and not learned, because what people write is
/// about these subjects more seldom than the examples are.
const BIAS: f32 = -3.0;
/// How much every weight is drawn to nothing at each example it stands in.
const FADE: f32 = 6e-4;

struct Example {
    features: Vec<u32>,
    is: [bool; TOPICS],
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(into) = arguments.next() else {
        return failed("Give the file for the weights, then files of examples.");
    };
    let mut examples = Vec::new();
    let mut known = vec![false; PLACES];
    for file in arguments {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => return failed(&format!("{file}: {error}")),
        };
        let mut above = None;
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            if let Some(topics) = line.strip_prefix("= ") {
                above = Some(topics);
                continue;
            }
            let Some((message, topics)) = line.split_once('\t').or(above.map(|topics| (line, topics))) else {
                return failed(&format!("{file}:{}: no topic", at + 1));
            };
            let mut is = [false; TOPICS];
            for topic in topics.split(['+', '|']).filter(|topic| *topic != "none") {
                match topic.parse::<Topic>() {
                    Ok(topic) => is[topic as usize] = true,
                    // A class of the rules that is not learned.
                    Err(_) => continue,
                }
            }
            for message in message.split(" | ").flat_map(spelled_out) {
                let text = Text::read(&message);
                for place in pieces(&text) {
                    known[place as usize] = true;
                }
                // A sentence of a message that is about none of the topics is about none of them either.
                let stretches = features(&text).into_iter();
                let taken = if is.contains(&true) { 1 } else { usize::MAX };
                examples.extend(stretches.take(taken).map(|features| Example { features, is }));
            }
        }
    }
    let (weights, bias) = learn(&mut examples);
    if let Err(error) = std::fs::write(&into, Weights::to_bytes(&weights, bias, &known)) {
        return failed(&format!("{into}: {error}"));
    }
    let _ = writeln!(std::io::stdout(), "{} examples, {into}", examples.len());
    ExitCode::SUCCESS
}

/// Every sentence that `{a/b}` in a line stands for.
fn spelled_out(line: &str) -> Vec<String> {
    let Some((before, rest)) = line.split_once('{') else { return vec![line.to_owned()] };
    let (choices, behind) = rest.split_once('}').unwrap_or((rest, ""));
    let behind = spelled_out(behind);
    choices.split('/').flat_map(|choice| behind.iter().map(move |rest| format!("{before}{choice}{rest}"))).collect()
}

fn failed(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{why}");
    ExitCode::FAILURE
}

fn learn(examples: &mut [Example]) -> (Vec<[f32; TOPICS]>, [f32; TOPICS]) {
    let mut weights = vec![[0.0_f32; TOPICS]; PLACES];
    let mut squares = vec![[1e-6_f32; TOPICS]; PLACES];
    let bias = [BIAS; TOPICS];
    // An example of a topic counts as much as those that are none of it, up to a bound.
    let counts: Vec<usize> = (0..TOPICS).map(|nth| examples.iter().filter(|example| example.is[nth]).count()).collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..ROUNDS {
        for at in (1..examples.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let other = usize::try_from(random % (at as u64 + 1)).unwrap_or_default();
            examples.swap(at, other);
        }
        #[expect(clippy::cast_precision_loss, reason = "forty rounds")]
        let step = STEP / (1.0 + round as f32 * 0.1);
        for example in &*examples {
            #[expect(clippy::cast_precision_loss, reason = "a message has some thousand features at most")]
            let value = 1.0 / (example.features.len().max(1) as f32).sqrt();
            for nth in 0..TOPICS {
                let sum: f32 = example.features.iter().map(|place| weights[*place as usize][nth]).sum();
                let sure = 1.0 / (1.0 + (-(bias[nth] + sum * value)).exp());
                let wanted = if example.is[nth] { 1.0 } else { 0.0 };
                #[expect(clippy::cast_precision_loss, reason = "some thousand examples")]
                let heavy = if example.is[nth] {
                    ((examples.len() - counts[nth]) as f32 / counts[nth].max(1) as f32).clamp(1.0, 2.0)
                } else {
                    1.0
                };
                let off = (sure - wanted) * heavy;
                for place in &example.features {
                    let slope = off * value;
                    let square = &mut squares[*place as usize][nth];
                    *square += slope * slope;
                    let weight = &mut weights[*place as usize][nth];
                    *weight -= step * (slope / square.sqrt() + FADE * *weight);
                }
            }
        }
    }
    (weights, bias)
}
