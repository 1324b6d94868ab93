# slides/gallery/: the three ladders of the lecture as pages to step through, and a page that leads to them.
.PHONY: gallery
gallery: $(B)/lde $(B)/trapflow  ## the lecture's three ladders as pages for the browser, recorded on this machine
	@B='$(B)' sh slides/gallery/record
