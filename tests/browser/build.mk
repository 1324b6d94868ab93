# tests/browser: what browser tests share.  They drive the system's own Chromium by playwright-core, installed under
# build/; where Chromium or node is missing they say so and are counted as skipped (tests/browser/need).
$(B)/browser/installed: tests/browser/package.json tests/browser/package-lock.json
	$(say) NPM $(@D)/node_modules
	$(Q)mkdir -p $(@D) && cp $^ $(@D)/
	$(Q)cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >npm.log 2>&1 || { cat npm.log >&2; exit 1; }
	@touch $@
