//! A provider that answers at once with the same half kilobyte, whole or as a stream, over connections that stay.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Done;

const WORDS: &str = "Thank you for your message. We are open from Monday to Friday between nine and six, and on Saturday until one. \
    If you tell me which day suits you, I will hold a slot for you and confirm it here. Is there anything that I should prepare for you? ";

/// Answers for ever.
pub async fn serve(port: u16) -> Done {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{{\"upstream\":{port}}}");
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(async move {
            let _ = connection(socket).await;
        });
    }
}

fn whole() -> Vec<u8> {
    let body = format!(
        "{{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"gpt-4.1-mini\",\"choices\":[{{\"index\":0,\
         \"message\":{{\"role\":\"assistant\",\"content\":\"{WORDS}\"}},\"finish_reason\":\"stop\"}}],\
         \"usage\":{{\"prompt_tokens\":260,\"completion_tokens\":70,\"total_tokens\":330}}}}"
    );
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body.as_bytes()].concat()
}

fn streamed() -> Vec<u8> {
    let mut out = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let mut chunk = |data: &str| {
        let event = format!("data: {data}\n\n");
        out.extend_from_slice(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes());
    };
    let frame = |delta: &str, finish: &str| {
        format!(
            "{{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-4.1-mini\",\
             \"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]}}"
        )
    };
    chunk(&frame("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
    for word in WORDS.split_inclusive(' ').take(20) {
        chunk(&frame(&format!("{{\"content\":\"{word}\"}}"), "null"));
    }
    chunk(&frame("{}", "\"stop\""));
    chunk(
        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-4.1-mini\",\"choices\":[],\"usage\":{\"prompt_tokens\":260,\"completion_tokens\":20,\"total_tokens\":280}}",
    );
    chunk("[DONE]");
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

async fn connection(mut socket: TcpStream) -> std::io::Result<()> {
    let (whole, streamed) = (whole(), streamed());
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        let end = loop {
            if let Some(end) = request_end(&buffer) {
                break end;
            }
            if socket.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let wants_stream =
            ["\"stream\":true", "\"stream\": true"].iter().any(|word| holds(&buffer[..end], word.as_bytes()));
        buffer.drain(..end);
        socket.write_all(if wants_stream { &streamed } else { &whole }).await?;
    }
}

/// Behind the first whole request, if there is one. Clients that send their body in chunks are understood, too.
fn request_end(buffer: &[u8]) -> Option<usize> {
    let head = find(buffer, b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).ok()?.to_ascii_lowercase();
    if text.contains("transfer-encoding: chunked") {
        return Some(head + find(&buffer[head..], b"0\r\n\r\n")? + 5);
    }
    let length = text
        .split("content-length:")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next())
        .map_or(Ok(0), |n| n.trim().parse::<usize>());
    let end = head + length.ok()?;
    (buffer.len() >= end).then_some(end)
}

fn holds(hay: &[u8], needle: &[u8]) -> bool {
    find(hay, needle).is_some()
}

/// Where the needle begins.
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}
