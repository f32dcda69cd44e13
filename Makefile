# make demo | demo-kafka | test | sdk | build | check | bench | fuzz. Each installs what is missing first (see `make setup`).
CARGO ?= cargo
MODULES := flow proxy dns netflow bpf spot-lines raw-lines
HOSTILE := hostile hostile-describe hostile-start hostile-filter lines packets-probe ether-type
# The kinds are built apart: built together, cargo would give each module the glue of all.
PACKETS := dns netflow packets-probe
FILTERS := bpf ether-type hostile-filter
guests = cd guests && ./toolchain.sh build --release --locked $(1:%=-p %)
WASM := guests/target/wasm32-unknown-unknown/release

.PHONY: demo demo-kafka test sdk build check bench fuzz fuzz-smoke services services-hdfs setup host modules hostile fmt clippy doc contract units corpus clean

# Files of every kind become Parquet tables. Exit code 2 says that some input is in the quarantine, which is meant to be seen here.
demo: build
	@rm -rf target/demo
	target/release/weir run config/demo.toml --once || [ $$? -eq 2 ]
	target/release/weir table head target/demo/flow --rows 4 --columns treceived,tdur,sip,sport,dip,dport,proto,flag,ipkt,ibyt
	target/release/weir table head target/demo/dns --rows 4 --columns frame_time,ip_dst,dns_qry_name,dns_qry_rcode,dns_a
	target/release/weir table head target/demo/netflow --rows 4 --columns treceived,tdur,sip,sport,dip,dport,proto,ipkt,ibyt,rip
	target/release/weir table head target/demo/proxy --rows 4 --columns p_date,p_time,clientip,reqmethod,respcode,scbytes,fulluri
	target/release/weir quarantine list target/demo/netflow

# The three ways through Kafka, with a broker of the demo's own.
demo-kafka: build
	services/kafka/demo.sh

test: build hostile units

# Installs the tools of the other languages below target/sdk, and builds and tests every template. `make test` skips those whose tool is not there.
sdk: build hostile
	sdk/tools.sh
	PATH="$$PWD/target/sdk/python/bin:$$PWD/target/sdk/node_modules/.bin:$$PATH" $(CARGO) test --release --locked --test main -- authors

# What CI runs: everything that can be said against the tree.
check: contract fmt clippy doc test

build: host modules

host: | setup
	$(CARGO) build --release --locked --bin weir

modules: | setup
	$(call guests,$(filter-out $(PACKETS) $(FILTERS),$(MODULES)))
	$(call guests,$(filter $(PACKETS),$(MODULES)))
	$(call guests,$(filter $(FILTERS),$(MODULES)))
	@mkdir -p target/modules
	@for m in $(MODULES); do f=$(WASM)/$$(echo $$m | tr - _).wasm; cmp -s $$f target/modules/$$m.wasm || cp $$f target/modules/$$m.wasm; done

# Modules that misbehave, for the tests of the sandbox.
hostile: | setup
	$(call guests,$(filter-out $(PACKETS) $(FILTERS),$(HOSTILE)))
	$(call guests,$(filter $(PACKETS),$(HOSTILE)))
	$(call guests,$(filter $(FILTERS),$(HOSTILE)))

units: corpus
	cd guests && $(CARGO) test --release --locked --lib --tests
	$(CARGO) test --release --locked --lib --test main --test smoke

corpus:
	@if [ -d "$${WEIR_CORPUS:-../shared/corpus}" ]; then echo "corpus: $${WEIR_CORPUS:-../shared/corpus}"; \
	else echo "corpus: none at ../shared/corpus or WEIR_CORPUS: the tests that compare with it are SKIPPED"; fi

# A Kafka broker for trying things out: it prints its address, and ends with Ctrl-C. Tests start their own.
services: | setup
	services/kafka/broker.sh target/services/kafka/data

# A NameNode and a DataNode, in the same way; what else it does for its standard input, services/hdfs/cluster.sh says.
services-hdfs: | setup
	services/hdfs/cluster.sh target/services/hdfs/data

setup:
	@./setup.sh

contract:
	wit/check.sh

fmt:
	$(CARGO) fmt --all --check
	cd guests && $(CARGO) fmt --all --check

clippy: | setup
	$(CARGO) clippy --release --locked --all-targets -- -D warnings
	cd guests && $(CARGO) clippy --release --locked --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --no-deps

bench: build
	bench/run.sh

# make fuzz TARGET=dns MINUTES=10, for as long as it takes; see fuzz/README.md for the targets.
TARGET ?= capture
MINUTES ?= 10
fuzz:
	nice fuzz/run.sh $(TARGET) $(MINUTES)

# A fixed number of inputs by a fixed seed, without libFuzzer. `make test` does the same among other tests.
fuzz-smoke:
	cd guests && $(CARGO) test --release --locked -p fuzz-guests
	$(CARGO) test --release --locked --test smoke

clean:
	rm -rf target guests/target fuzz/target
