# make help says what each target does. Nothing here needs a C compiler.
export CGO_ENABLED := 0
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
GO ?= go
LISTEN ?= 127.0.0.1:8080
OFFICIALS ?= 1500

.PHONY: help
help: ## say what each target does
	@grep -E '^[a-z/]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

.PHONY: run
run: build ## play a round into ./out, then serve http://127.0.0.1:8080 with a second round open
	./bin/sathach --log-level=warn demo --out out --officials $(OFFICIALS) --listen $(LISTEN)

.PHONY: build
build: assets ## build ./bin/sathach; the first time compiles for some minutes
	@echo "compiling (the first time takes some minutes on two cores)"
	$(GO) build -o bin/sathach ./cmd/sathach

# With Node the pages get the exam player; without it they work by plain forms.
.PHONY: assets
assets:
	@if command -v npm >/dev/null 2>&1; then \
	  echo "building the exam player"; \
	  cd web && { [ -x node_modules/.bin/esbuild ] || npm ci --no-audit --no-fund --loglevel=error; } && npm run --silent build; \
	else echo "npm is not installed: pages work without script, by plain forms"; fi

.PHONY: test
test: tools assets test/lint test/go test/browser ## install what is missing, then pass every test on SQLite and PostgreSQL, in a browser too

.PHONY: tools
tools: ## install PostgreSQL and Chromium (Debian), or say what to install
	@./scripts/tools

.PHONY: test/lint
test/lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "not gofmt-clean: $$unformatted"; exit 1; fi
	$(GO) vet ./...

.PHONY: test/go
test/go:
	$(GO) test ./...

.PHONY: test/postgres
test/postgres: tools ## the storage tests on PostgreSQL, and what runs on no database
	$(GO) test -run '/postgres$$' ./...

.PHONY: test/browser
test/browser: build
	./scripts/browser-tests

.PHONY: migrate
migrate: build ## bring SATHACH_DATABASE_URL to the newest schema
	./bin/sathach migrate

.PHONY: clean
clean: ## remove what was built and the demonstration's data
	rm -rf bin data out web/node_modules web/test-results
