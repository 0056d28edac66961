//! Calls of one kilobyte, over plain connections that stay, timed to the first byte and to the last.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::upstream::find;
use crate::{Done, percentile};

/// One request, ready to be sent.
pub struct Call {
    address: String,
    request: Vec<u8>,
}

impl Call {
    /// A call of `url` (`http://host:port/path`). A key that begins with `portkey:` names the upstream in Portkey's headers.
    pub fn new(url: &str, key: &str, model: &str, stream: bool) -> Result<Self, String> {
        let rest = url.strip_prefix("http://").ok_or("the address must begin with http://")?;
        let (address, path) = rest.split_once('/').ok_or("the address has no path")?;
        let prompt =
            "A customer writes that the booking of next week has to move to another day, and asks what is free. "
                .repeat(9);
        let body = format!(
            "{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"system\",\"content\":\"You answer for a dentist.\"}},\
             {{\"role\":\"user\",\"content\":\"{prompt}\"}}],\"max_tokens\":200{}}}",
            if stream { ",\"stream\":true" } else { "" }
        );
        let (key, more) = match key.strip_prefix("portkey:") {
            Some(host) => ("sk-upstream", format!("x-portkey-provider: openai\r\nx-portkey-custom-host: {host}\r\n")),
            None => (key, String::new()),
        };
        let request = format!(
            "POST /{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n{more}content-type: application/json\r\n\
             accept: */*\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Ok(Self { address: address.to_owned(), request: request.into_bytes() })
    }
}

struct Line {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(call: &Call) -> std::io::Result<Self> {
        let socket = TcpStream::connect(&call.address).await?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends the call and reads its answer. Gives the times to the first byte of the body and to the end, in nanoseconds.
    async fn run(&mut self, call: &Call) -> Result<(u64, u64), String> {
        let began = Instant::now();
        self.buffer.clear();
        self.socket.write_all(&call.request).await.map_err(|e| e.to_string())?;
        let mut first = None;
        loop {
            if self.socket.read_buf(&mut self.buffer).await.map_err(|e| e.to_string())? == 0 {
                return Err("the connection was closed".into());
            }
            let Some(head) = find(&self.buffer, b"\r\n\r\n").map(|at| at + 4) else { continue };
            if self.buffer.len() > head {
                first.get_or_insert_with(|| nanos(began));
            }
            if !self.buffer.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(&self.buffer).chars().take(300).collect());
            }
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            let length = text
                .split("content-length:")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next()?.trim().parse::<usize>().ok());
            let is_done = match length {
                Some(length) => self.buffer.len() >= head + length,
                None => self.buffer.ends_with(b"\r\n0\r\n\r\n") || self.buffer[head..].starts_with(b"0\r\n\r\n"),
            };
            if is_done {
                let end = nanos(began);
                return Ok((first.unwrap_or(end), end));
            }
        }
    }
}

fn nanos(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// As many calls as go, over so many connections.
pub async fn closed(call: &Call, connections: u64, seconds: u64) -> Done {
    let local = tokio::task::LocalSet::new();
    let call = Rc::new(Call { address: call.address.clone(), request: call.request.clone() });
    let until = Instant::now() + Duration::from_secs(seconds);
    let began = Instant::now();
    let (mut done, mut failed, mut why) = (0_u64, 0_u64, None);
    local
        .run_until(async {
            let mut lines = Vec::new();
            for _ in 0..connections {
                let call = call.clone();
                lines.push(tokio::task::spawn_local(async move {
                    let (mut done, mut failed, mut why) = (0_u64, 0_u64, None);
                    let mut line = Line::open(&call).await;
                    while Instant::now() < until {
                        let result = match &mut line {
                            Ok(line) => line.run(&call).await,
                            Err(error) => Err(error.to_string()),
                        };
                        match result {
                            Ok(_) => done += 1,
                            Err(error) => {
                                failed += 1;
                                why = Some(error);
                                line = Line::open(&call).await;
                                tokio::time::sleep(Duration::from_millis(20)).await;
                            }
                        }
                    }
                    (done, failed, why)
                }));
            }
            for line in lines {
                if let Ok((d, f, w)) = line.await {
                    done += d;
                    failed += f;
                    why = w.or(why.take());
                }
            }
        })
        .await;
    println!(
        "{}",
        serde_json::json!({ "done": done, "failed": failed, "seconds": began.elapsed().as_secs_f64(), "why": why })
    );
    Ok(())
}

/// Calls at fixed times over one connection. Each is timed from the moment at which it was due, so that a stall counts for all it held up.
pub async fn paced(call: &Call, per_second: u64, seconds: u64) -> Done {
    let mut line = Line::open(call).await?;
    for _ in 0..20 {
        line.run(call).await?;
    }
    let pause = Duration::from_nanos(1_000_000_000 / per_second.max(1));
    let (mut firsts, mut ends) = (Vec::new(), Vec::new());
    let began = Instant::now();
    for n in 0..u32::try_from(per_second * seconds)? {
        let due = began + pause * n;
        // Sleeping is exact to a millisecond only; the rest is waited out.
        if let Some(early) = due.checked_duration_since(Instant::now() + Duration::from_millis(2)) {
            tokio::time::sleep(early).await;
        }
        while Instant::now() < due {
            std::hint::spin_loop();
        }
        let late = u64::try_from(Instant::now().duration_since(due).as_nanos())?;
        let (first, end) = line.run(call).await?;
        firsts.push(first + late);
        ends.push(end + late);
    }
    firsts.sort_unstable();
    ends.sort_unstable();
    println!(
        "{}",
        serde_json::json!({
            "calls": ends.len(),
            "first_p50": percentile(&firsts, 0.5), "first_p99": percentile(&firsts, 0.99),
            "p50": percentile(&ends, 0.5), "p90": percentile(&ends, 0.9), "p95": percentile(&ends, 0.95), "p98": percentile(&ends, 0.98), "p99": percentile(&ends, 0.99),
        })
    );
    Ok(())
}
