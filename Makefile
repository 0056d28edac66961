# The only way in. `make run` serves the product, `make test` runs every test; README.md says more.

CARGO_LEPTOS := 0.3.10
CARGO_DENY   := 0.20.2
SQLX_CLI     := 0.9.0
WASM_BINDGEN := $(shell awk '/^name = "wasm-bindgen"$$/{f=1} f&&/^version/{gsub(/"/,"",$$3);print $$3;exit}' Cargo.lock)

TOOLS        := $(CURDIR)/.tools
STAMPS       := $(TOOLS)/stamps
export PATH  := $(CURDIR)/scripts/bin:$(TOOLS)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
# Queries are checked against the committed `.sqlx/`, so building needs no database; only `prepare` asks one.
export SQLX_OFFLINE := true

# What cargo-leptos sets for every development build: with it, build, clippy and tests share their artefacts.
DEV          := RUSTFLAGS='--cfg erase_components'
# A debug build of a tool takes a third of the time of its release build and is no slower in use.
INSTALL      := env -u RUSTFLAGS CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
                CARGO_PROFILE_RELEASE_OPT_LEVEL=1 cargo install --locked --root $(TOOLS) --target-dir $(TOOLS)/build
# Where the release build lies: apart from the development build, because each browser half fits only its own server.
SITE         := target/site-release
RELEASE      := LEPTOS_OUTPUT_NAME=agent-outreach LEPTOS_SITE_ROOT=$(SITE) LEPTOS_SITE_PKG_DIR=pkg LEPTOS_HASH_FILES=true
SOURCES      := $(shell find app frontend server crates migrations style public .sqlx -type f 2>/dev/null) \
                Cargo.toml Cargo.lock package-lock.json rust-toolchain.toml .cargo/config.toml

.PHONY: run dev test check fmt prepare bench reset tools e2e kill-test lint unit release budget need deny
.DEFAULT_GOAL := run

# --- using it ------------------------------------------------------------------------------------------------------

run: release
	@scripts/serve $(RELEASE)

# Rebuilds and reloads at every save.
dev: tools
	@scripts/serve --watch

# Removes the data folder, and with it everything that was kept.
reset:
	@scripts/reset

# --- checking it ---------------------------------------------------------------------------------------------------

test:
	@scripts/test

check: tools
	$(DEV) cargo clippy --all-targets -- -D warnings
	$(DEV) cargo clippy -p frontend --target wasm32-unknown-unknown --target-dir target/front -- -D warnings

fmt:
	cargo fmt --all

lint: tools deny
	cargo fmt --all --check
	$(MAKE) --no-print-directory check
	cargo fetch --locked --quiet
	cargo deny --offline --locked check bans licenses sources
	@echo 'lint: 4 passed, 0 failed'

# Building comes first, so that the database does not wait for the compiler.
unit: tools
	@scripts/llmock
	@scripts/mcp-client
	@scripts/redis
	$(DEV) cargo build --bins --tests
	$(DEV) target/debug/server pg --throwaway -- cargo test --no-fail-fast

budget: release
	@node scripts/wasm-budget.mjs $(SITE) target/release/hash.txt

e2e: release
	CHROMIUM="$$(scripts/chromium)" $(RELEASE) npx playwright test -c end2end

kill-test: release
	$(RELEASE) node bench/kill/kill.mjs $(KILL)

bench: release
	env -u RUSTFLAGS cargo build --release -p llm --example bench
	$(RELEASE) node bench/gateway/run.mjs $(BENCH)
	$(RELEASE) node bench/kill/kill.mjs

# --- building it ---------------------------------------------------------------------------------------------------

release: tools $(SITE)/.built

$(SITE)/.built: $(SOURCES)
	@echo 'Building the release (a first build takes about ten minutes on two cores) ...'
	env -u RUSTFLAGS LEPTOS_SITE_ROOT=$(SITE) cargo leptos build --release --split --precompress
	@touch $@

# Writes `.sqlx/` anew after a query or a migration changed. The server built last starts the database for it.
prepare: tools $(STAMPS)/sqlx-$(SQLX_CLI)
	@test -x target/debug/server || $(DEV) cargo build --package server
	target/debug/server pg --throwaway -- sh -c "cargo sqlx migrate run && $(DEV) cargo sqlx prepare --workspace -- --tests"

need:
	@scripts/need

# --- tools, kept in the project ------------------------------------------------------------------------------------

tools: need $(STAMPS)/cargo-leptos-$(CARGO_LEPTOS) $(STAMPS)/wasm-bindgen-$(WASM_BINDGEN) node_modules/.package-lock.json
	@rm -rf $(TOOLS)/build

deny: $(STAMPS)/cargo-deny-$(CARGO_DENY)

$(STAMPS)/cargo-leptos-$(CARGO_LEPTOS): | need
	@scripts/tool 'cargo-leptos $(CARGO_LEPTOS)' 'about 6 minutes' $(INSTALL) --debug cargo-leptos --version $(CARGO_LEPTOS) --features no_downloads
	@mkdir -p $(@D) && touch $@
$(STAMPS)/wasm-bindgen-$(WASM_BINDGEN): | need
	@scripts/tool 'wasm-bindgen $(WASM_BINDGEN)' 'about 2 minutes' $(INSTALL) wasm-bindgen-cli --version $(WASM_BINDGEN) --no-default-features
	@mkdir -p $(@D) && touch $@
$(STAMPS)/cargo-deny-$(CARGO_DENY): | need
	@scripts/tool 'cargo-deny $(CARGO_DENY)' 'about 2 minutes' $(INSTALL) --debug cargo-deny --version $(CARGO_DENY)
	@mkdir -p $(@D) && touch $@
$(STAMPS)/sqlx-$(SQLX_CLI): | need
	@scripts/tool 'sqlx $(SQLX_CLI)' 'about a minute' $(INSTALL) --debug sqlx-cli --version $(SQLX_CLI) --no-default-features --features postgres,rustls
	@mkdir -p $(@D) && touch $@
node_modules/.package-lock.json: package.json package-lock.json | need
	@echo 'Installing the npm packages (style tools, browser tests, Postgres) ...'
	npm ci --no-fund --no-audit
	@touch $@
