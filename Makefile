# Thin on purpose: each target calls the command line or pytest.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup course test lab book lite clean

help:
	@echo "make course  set up, then run every chapter on the embedded data"
	@echo "make test    set up, then run all tests"
	@echo "make lab     set up, then open the course in JupyterLab"
	@echo "make book    set up, then build the web site into build/site/html"
	@echo "make lite    set up, then build the chapters that run in a browser into build/lite"
	@echo "make clean   remove the environment and everything built"

setup:
	@$(PYTHON) -m dlcourse.bootstrap

course: setup
	@$(BIN)/dlcourse run --profile quick --data embedded --jobs 2 --allow-over-budget --report build/course
	@echo "Open it in a browser; it leads to a page of each chapter. To run them yourself: make lab"

test: setup
	@$(BIN)/python -m pytest

lab: setup
	@JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter" $(BIN)/jupyter lab

book: setup
	@$(BIN)/python docs/site/build.py

lite: setup
	@$(BIN)/python docs/lite/build.py

clean:
	rm -rf .venv build
