/* Is this well-formed XML, as far as a picture needs it? */
#ifndef TESTS_RENDER_XML_H
#define TESTS_RENDER_XML_H

/* NULL if the document is well-formed: tags nest, attributes are quoted, only known entities and legal
 * characters.  Otherwise what is wrong, in static storage. */
const char *xml_fault(const char *document);

#endif
