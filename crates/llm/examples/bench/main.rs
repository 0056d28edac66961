//! The parts of `bench/gateway` that must cost little themselves: an upstream, a load, and what the adapter adds in process.
//!
//!   bench upstream PORT                                             a provider that answers at once
//!   bench load URL KEY MODEL CONNECTIONS SECONDS [stream]           as many calls as go
//!   bench pace URL KEY MODEL PER_SECOND SECONDS [stream]            calls at fixed times, one after the other
//!   bench inside PORT CALLS                                         the adapter against the bare client, call by call
//!
//! Each prints one line of JSON.

mod inside;
mod load;
mod upstream;

use std::error::Error;

type Done = Result<(), Box<dyn Error + Send + Sync>>;

fn main() -> Done {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let at = |n: usize| args.get(n).map(String::as_str).unwrap_or_default();
    let number = |n: usize| at(n).parse::<u64>().map_err(|_| format!("argument {n} is no number: {:?}", at(n)));
    // One thread, so that each of these takes one core at most.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stream = args.last().is_some_and(|last| last == "stream");
    runtime.block_on(async {
        match at(0) {
            "upstream" => upstream::serve(u16::try_from(number(1)?)?).await,
            "load" => {
                let call = load::Call::new(at(1), at(2), at(3), stream)?;
                load::closed(&call, number(4)?, number(5)?).await
            }
            "pace" => {
                let call = load::Call::new(at(1), at(2), at(3), stream)?;
                load::paced(&call, number(4)?, number(5)?).await
            }
            "inside" => inside::compare(u16::try_from(number(1)?)?, number(2)?).await,
            other => Err(format!("no such part: {other:?}").into()),
        }
    })
}

/// The value below which this share of all lies.
fn percentile(sorted: &[u64], share: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position in a list"
    )]
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len()) - 1;
    #[allow(clippy::cast_precision_loss, reason = "nanoseconds of seconds")]
    let micros = sorted[at] as f64 / 1000.0;
    micros
}
