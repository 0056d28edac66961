//! When to stop: `Ctrl-C`, a closed terminal, or the word of a supervisor.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// A flag that rises once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop {
    raised: watch::Receiver<bool>,
}

impl Stop {
    /// Rises at the first signal. A second one ends the process at once: the operator is in a hurry.
    pub fn on_signal() -> std::io::Result<Self> {
        let (raise, raised) = watch::channel(false);
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            loop {
                let code = tokio::select! {
                    _ = interrupt.recv() => 130,
                    _ = terminate.recv() => 143,
                    _ = hangup.recv() => 129,
                };
                if raise.send_replace(true) {
                    std::process::exit(code);
                }
            }
        });
        Ok(Self { raised })
    }

    /// Waits until it rises.
    pub async fn raised(mut self) {
        // An error means that nobody can raise it any more, which happens only while the runtime ends.
        let _ = self.raised.wait_for(|raised| *raised).await;
    }

    /// The flag for parts that take a plain receiver.
    pub fn receiver(&self) -> watch::Receiver<bool> {
        self.raised.clone()
    }
}
