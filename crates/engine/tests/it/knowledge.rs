//! What agents know, from the upload to what a search finds, with files and pages that were made to hurt.

use domain::filter::Filter;
use domain::id::{AgentId, DocumentId};
use domain::knowledge::{Document, DocumentState, PageDraft, Passage};
use engine::{Error, access, knowledge};
use sqlx::PgPool;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::world::World;

const HANDBOOK: &str = "# Handbook\n\n## Shipping\n\nOrders leave our warehouse within two working days. Delivery inside the country takes three \
    to five days. We ship to Canada and Mexico as well; customs may add a week.\n\nEvery parcel carries a tracking number, which we send \
    by text message as soon as the carrier has scanned it.\n\n## Warranty\n\nEvery espresso machine carries a warranty of two years. It covers \
    the pump, the boiler and the grinder. Descaling is not covered; do it every three months with our citric powder.\n\n## Opening hours\n\n\
    The workshop in Austin is open Monday to Friday from nine to five, and on Saturdays from ten to two.\n";

async fn upload(world: &World, name: &str, category: &str, bytes: &[u8]) -> Document {
    let added = knowledge::add_file(&world.cx, world.agent, name, category, bytes.to_vec()).await.unwrap();
    assert_eq!(added.state, DocumentState::Queued);
    world.settle().await;
    knowledge::get(&world.cx, added.id).await.unwrap()
}

async fn page(world: &World, at: &str) -> Document {
    let url = format!("{}{at}", world.network.uri());
    let added = knowledge::add_page(&world.cx, world.agent, PageDraft { url, category: "web".into() }).await.unwrap();
    world.settle().await;
    knowledge::get(&world.cx, added.id).await.unwrap()
}

pub async fn search(world: &World, query: &str) -> Vec<Passage> {
    knowledge::search(&world.cx, world.agent, query, &[]).await.unwrap()
}

async fn serve(world: &World, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(&world.network).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_question_finds_the_passage_that_answers_it_and_nothing_else_does(pool: PgPool) {
    let world = World::new(pool).await;
    let document = upload(&world, "handbook.md", "", HANDBOOK.as_bytes()).await;
    assert_eq!((document.state, document.progress, document.passages), (DocumentState::Ready, 100, 3));
    assert_eq!((document.title.as_str(), document.category.as_str()), ("handbook.md", "general"));
    assert!(document.synced_at.is_some());

    for (query, heading) in [
        ("Hi there, how long does the delivery take?", "Shipping"),
        ("do you ship to canada", "Shipping"),
        ("is the pump of my espresso machine under warranty?", "Warranty"),
        ("When is your workshop open on Saturday?", "Opening hours"),
    ] {
        let found = search(&world, query).await;
        assert!(!found.is_empty(), "nothing for {query}");
        assert!(found[0].heading.ends_with(heading), "{query} found {}", found[0].heading);
        assert!(found.iter().all(|p| p.score > 0.0 && p.score <= 1.0) && found.is_sorted_by(|a, b| a.score >= b.score));
    }
    for query in [
        "tell me a joke about penguins",
        "who won the football world cup in 1998?",
        "",
        "?!",
        "hi",
        "' | \\ & :*",
        "\0",
    ] {
        assert_eq!(search(&world, query).await, vec![], "{query:?} finds nothing");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn five_at_most_and_only_of_the_wanted_categories_and_the_same_agent(pool: PgPool) {
    let world = World::new(pool).await;
    for n in 0..8 {
        upload(
            &world,
            &format!("{n}.txt"),
            if n < 2 { " Brand  Voice " } else { "products" },
            format!("The zephyr kettle number {n} boils water.").as_bytes(),
        )
        .await;
    }
    assert_eq!(search(&world, "zephyr kettle").await.len(), 5);
    let brand = ["Brand Voice".to_owned()];
    let found = knowledge::search(&world.cx, world.agent, "zephyr kettle", &brand).await.unwrap();
    assert_eq!(found.iter().map(|p| p.category.as_str()).collect::<Vec<_>>(), ["brand voice"; 2]);
    let other =
        engine::agents::create(&world.cx, domain::agent::AgentDraft { name: "Otto".into(), ..Default::default() })
            .await
            .unwrap();
    assert_eq!(knowledge::search(&world.cx, other.id, "zephyr kettle", &[]).await.unwrap(), vec![]);
    let mut tx = world.cx.read().await.unwrap();
    assert_eq!(db::knowledge::categories(&mut tx, world.agent).await.unwrap(), ["brand voice", "products"]);
    let listed = db::knowledge::list(&mut tx, world.agent, Some("products"), &Filter::default()).await.unwrap();
    assert_eq!(listed.total, 6);
}

#[sqlx::test(migrations = "../../migrations")]
async fn another_workspace_finds_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let document = upload(&world, "handbook.md", "", HANDBOOK.as_bytes()).await;
    let stranger = world.engine.system(domain::id::WorkspaceId::new(uuid::Uuid::now_v7()));
    assert_eq!(knowledge::search(&stranger, world.agent, "warranty of the pump", &[]).await.unwrap(), vec![]);
    assert!(matches!(knowledge::get(&stranger, document.id).await, Err(Error::NotFound)));
    assert!(matches!(knowledge::delete(&stranger, document.id).await, Err(Error::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_deleted_or_read_anew_leaves_nothing_behind(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let document = upload(&world, "handbook.md", "", HANDBOOK.as_bytes()).await;
    knowledge::refresh(&world.cx, document.id).await.unwrap();
    world.settle().await;
    let again = knowledge::get(&world.cx, document.id).await.unwrap();
    assert_eq!((again.state, again.passages), (DocumentState::Ready, 3));
    let passages: i64 = sqlx::query_scalar("select count(*) from passages").fetch_one(&pool).await.unwrap();
    assert_eq!(passages, 3, "a second reading replaces the first");

    knowledge::set_category(&world.cx, document.id, "Policies").await.unwrap();
    assert_eq!(search(&world, "warranty of the pump").await[0].category, "policies");
    knowledge::delete(&world.cx, document.id).await.unwrap();
    assert_eq!(search(&world, "warranty of the pump").await, vec![]);
    let left: i64 =
        sqlx::query_scalar("select (select count(*) from passages) + (select count(*) from document_files)")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(left, 0);
    world.settle().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_same_file_is_not_taken_twice_unless_it_failed(pool: PgPool) {
    let world = World::new(pool).await;
    upload(&world, "handbook.md", "", HANDBOOK.as_bytes()).await;
    let again = knowledge::add_file(&world.cx, world.agent, "copy.md", "", HANDBOOK.into()).await;
    assert!(matches!(again, Err(Error::Conflict(why)) if why.contains("handbook.md")));
    let scan = b"%PDF-1.4\nbroken".to_vec();
    assert_eq!(upload(&world, "scan.pdf", "", &scan).await.state, DocumentState::Failed);
    assert_eq!(upload(&world, "scan.pdf", "", &scan).await.state, DocumentState::Failed);
    let mut tx = world.cx.read().await.unwrap();
    assert_eq!(db::knowledge::sums(&mut tx, world.agent).await.unwrap(), (2, 3));
}

#[sqlx::test(migrations = "../../migrations")]
async fn hostile_files_are_refused_or_fail_with_a_reason_and_the_worker_goes_on(pool: PgPool) {
    let world = World::new(pool).await;
    let huge = vec![b' '; knowledge::MAX_BYTES + 1];
    for (name, bytes, says) in [
        ("huge.pdf", huge, "larger than 25 MB"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec(), "it is pictures"),
        ("tool.exe", b"MZ\0\x01".to_vec(), "not read"),
        ("empty.txt", vec![], "no text"),
    ] {
        match knowledge::add_file(&world.cx, world.agent, name, "", bytes).await {
            Err(Error::Invalid(problems)) => {
                assert!(problems.of("file").is_some_and(|p| p.contains(says)), "{name}: {problems}")
            }
            other => panic!("{name} was taken: {other:?}"),
        }
    }
    for (name, bytes, says) in [
        ("broken.pdf", b"%PDF-1.7\nnothing behind it".to_vec(), "broken"),
        ("blank.txt", b" \n \n".to_vec(), "no text"),
        ("broken.docx", b"PK\x03\x04\0\0\0\0\0\0".to_vec(), "broken"),
    ] {
        let document = upload(&world, name, "", &bytes).await;
        assert_eq!(document.state, DocumentState::Failed, "{name}");
        assert!(document.reason.as_deref().is_some_and(|r| r.contains(says)), "{name}: {:?}", document.reason);
    }
    let good = upload(&world, "handbook.md", "", HANDBOOK.as_bytes()).await;
    assert_eq!(good.state, DocumentState::Ready);
    let nobody = AgentId::new(uuid::Uuid::now_v7());
    assert!(matches!(
        knowledge::add_file(&world.cx, nobody, "a.txt", "", b"hello".to_vec()).await,
        Err(Error::NotFound)
    ));
}

#[sqlx::test(migrations = "../../migrations")]
async fn pages_are_fetched_redirected_and_fetched_again(pool: PgPool) {
    let world = World::new(pool).await;
    let html = |text: &str| {
        ResponseTemplate::new(200)
            .set_body_raw(format!("<title>Returns</title><h1>Returns</h1><p>{text}</p>"), "text/html; charset=utf-8")
    };
    serve(&world, "/moved", ResponseTemplate::new(301).insert_header("location", "/returns")).await;
    Mock::given(method("GET"))
        .and(path("/returns"))
        .respond_with(html("Send parcels back within thirty days."))
        .up_to_n_times(1)
        .mount(&world.network)
        .await;
    let document = page(&world, "/moved").await;
    assert_eq!((document.state, document.title.as_str()), (DocumentState::Ready, "Returns"), "{:?}", document.reason);
    assert!(search(&world, "send parcels back").await[0].text.contains("thirty days"));

    serve(&world, "/returns", html("Send parcels back within sixty days.")).await;
    knowledge::refresh(&world.cx, document.id).await.unwrap();
    world.settle().await;
    let found = search(&world, "send parcels back").await;
    assert!(found.len() == 1 && found[0].text.contains("sixty days"), "{found:?}");
    let twice = PageDraft { url: format!("{}/moved#part", world.network.uri()), category: String::new() };
    assert!(matches!(knowledge::add_page(&world.cx, world.agent, twice).await, Err(Error::Conflict(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn pages_that_cannot_be_read_say_why_and_keep_what_they_gave_before(pool: PgPool) {
    let world = World::new(pool).await;
    serve(&world, "/gone", ResponseTemplate::new(404)).await;
    serve(&world, "/loop", ResponseTemplate::new(302).insert_header("location", "/loop")).await;
    serve(&world, "/file", ResponseTemplate::new(302).insert_header("location", "file:///etc/passwd")).await;
    serve(&world, "/large", ResponseTemplate::new(200).set_body_bytes(vec![b'a'; knowledge::MAX_BYTES + 1])).await;
    for (at, says) in
        [("/gone", "404"), ("/loop", "redirects more than"), ("/file", "only http"), ("/large", "larger than 25 MB")]
    {
        let document = page(&world, at).await;
        assert_eq!(document.state, DocumentState::Failed, "{at}");
        assert!(document.reason.as_deref().is_some_and(|r| r.contains(says)), "{at}: {:?}", document.reason);
    }
    serve(&world, "/busy", ResponseTemplate::new(503)).await;
    let busy = page(&world, "/busy").await;
    assert_eq!(busy.state, DocumentState::Failed);
    let said = busy.reason.expect("a reason, while it is tried again");
    assert!(said.contains("503") && said.contains("tried again by itself"), "{said}");
    world.pass(chrono::Duration::minutes(2)).await;
    world.pass(chrono::Duration::minutes(10)).await;
    let busy = knowledge::get(&world.cx, busy.id).await.unwrap();
    assert_eq!(busy.state, DocumentState::Failed);
    assert!(busy.reason.is_some_and(|said| !said.contains("again")), "it was the last try");

    Mock::given(method("GET"))
        .and(path("/fragile"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("<p>The zebra crossing is free.", "text/html"))
        .up_to_n_times(1)
        .mount(&world.network)
        .await;
    let fragile = page(&world, "/fragile").await;
    assert_eq!(fragile.state, DocumentState::Ready);
    knowledge::refresh(&world.cx, fragile.id).await.unwrap();
    world.settle().await;
    assert_eq!(knowledge::get(&world.cx, fragile.id).await.unwrap().state, DocumentState::Failed);
    assert_eq!(search(&world, "zebra crossing").await.len(), 1, "what was known stays known");
}

/// Says which of two meanings a text has: cars, or anything else.
struct Meanings;

impl wiremock::Respond for Meanings {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let asked: serde_json::Value = request.body_json().unwrap();
        let data: Vec<_> = (asked["input"].as_array().unwrap().iter().enumerate())
            .map(|(index, text)| {
                let text = text.as_str().unwrap();
                let car = text.contains("automobile") || text.contains("vehicle");
                serde_json::json!({ "index": index, "embedding": if car { [0.9, 0.1] } else { [0.0, 1.0] } })
            })
            .collect();
        let usage = serde_json::json!({ "prompt_tokens": 1_000, "total_tokens": 1_000 });
        ResponseTemplate::new(200).set_body_json(serde_json::json!({ "data": data, "usage": usage }))
    }
}

/// The same world with an embeddings model that the world's network plays.
fn with_vectors(world: &World) -> engine::Engine {
    let parts = world.engine.parts();
    let settings = llm::Settings {
        openai_base_url: format!("{}/v1", world.network.uri()),
        openai_api_key: Some(llm::Secret::new("key")),
        ..llm::Settings::default()
    };
    engine::Engine::new(engine::Parts {
        db: parts.db.clone(),
        models: llm::Models::new(settings).unwrap(),
        network: parts.network.clone(),
        guarded: parts.guarded.clone(),
        clock: parts.clock.clone(),
        sealer: parts.sealer.clone(),
        settings: parts.settings.clone(),
    })
}

#[sqlx::test(migrations = "../../migrations")]
async fn with_an_embeddings_model_meaning_is_found_where_no_word_is_shared(pool: PgPool) {
    let mut world = World::new(pool.clone()).await;
    world.engine = with_vectors(&world);
    world.cx = access::by_email(&world.engine, "op@example.com").await.unwrap().unwrap().cx(&world.engine);
    Mock::given(method("POST")).and(path("/v1/embeddings")).respond_with(Meanings).mount(&world.network).await;
    upload(&world, "parking.txt", "", b"Leave your automobile behind the mill.").await;
    upload(&world, "soup.txt", "", b"The soup of the day is tomato.").await;
    let found = search(&world, "spot for my vehicle?").await;
    assert_eq!(found.iter().map(|p| p.title.as_str()).collect::<Vec<_>>(), ["parking.txt"]);
    let logged: (i64, i64) = sqlx::query_as(
        "select count(*), sum(cost_micros)::bigint from llm_requests where purpose = 'embedding' and outcome = 'ok'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(logged.0, 3, "two documents and a query");
    assert!(logged.1 > 0);

    // A model that fails must cost no answer: words still find.
    world.network.reset().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(401)).mount(&world.network).await;
    assert_eq!(search(&world, "tomato soup").await[0].title, "soup.txt");
    // A wrong key is wrong in a minute, too: nothing is waited for.
    upload(&world, "tea.txt", "", b"The tea of the day is mint.").await;
    let found = search(&world, "mint tea").await;
    assert_eq!(found[0].title, "tea.txt");
    let tea = knowledge::get(&world.cx, found[0].document).await.unwrap();
    assert!(tea.notes[0].contains("by its words only"), "{:?}", tea.notes);
}

#[sqlx::test(migrations = "../../migrations")]
async fn only_those_who_may_write_change_what_an_agent_knows(pool: PgPool) {
    let world = World::new(pool).await;
    let document = upload(&world, "handbook.md", "", HANDBOOK.as_bytes()).await;
    let viewer = world.engine.cx(
        world.cx.workspace(),
        engine::Actor::User { id: world.cx.user().unwrap(), role: domain::access::Role::Viewer },
    );
    assert!(knowledge::get(&viewer, document.id).await.is_ok());
    assert_eq!(knowledge::search(&viewer, world.agent, "warranty of the pump", &[]).await.unwrap().len(), 1);
    let page = PageDraft { url: "https://example.com/".into(), category: String::new() };
    let forbidden = |r: engine::Result<()>| matches!(r, Err(Error::Forbidden(_)));
    assert!(forbidden(knowledge::add_file(&viewer, world.agent, "a.txt", "", b"x".to_vec()).await.map(drop)));
    assert!(forbidden(knowledge::add_page(&viewer, world.agent, page).await.map(drop)));
    assert!(forbidden(knowledge::refresh(&viewer, document.id).await.map(drop)));
    assert!(forbidden(knowledge::set_category(&viewer, document.id, "x").await.map(drop)));
    assert!(forbidden(knowledge::delete(&viewer, document.id).await));
    let member = world.engine.cx(
        world.cx.workspace(),
        engine::Actor::User { id: world.cx.user().unwrap(), role: domain::access::Role::Member },
    );
    assert!(forbidden(knowledge::delete(&member, document.id).await), "it would be gone for good");
    let missing = DocumentId::new(uuid::Uuid::now_v7());
    assert!(matches!(knowledge::refresh(&world.cx, missing).await, Err(Error::NotFound)));
}
