#include "strip.h"

#include <string.h>

#include "kernels.h"

enum { PAGE = 1024, LINE = 16 };

void bp_plan_strips(bp_windows *s, long budget, long least) {
  const long broad = (s->columns - 1) * s->step_w + s->tw;
  const long bottom = (s->rows - 1) * s->step_h - s->top + s->th, right = broad - s->left;
  s->framed = s->th * s->tw > 0 && (s->top > 0 || s->left > 0 || bottom > s->h || right > s->w);
  s->pitch = (s->framed ? broad : s->w) * s->c;
  if (s->framed && s->pitch % PAGE == 0) s->pitch += LINE;
  long high = (budget / s->pitch - s->th) / s->step_h + 1;
  if (high > s->rows) high = s->rows;
  if (high < 1) high = 1;
  s->strips = (s->rows + high - 1) / high;
  if (s->strips < least) s->strips = least < s->rows ? least : s->rows;
  s->high = (s->rows + s->strips - 1) / s->strips;
}

static long strip_rows(const bp_windows *s, long windows) { return (windows - 1) * s->step_h + s->th; }

long bp_strip_numbers(const bp_windows *s) { return s->framed ? strip_rows(s, s->high) * s->pitch : 0; }

bp_strip bp_strip_rows_of(const bp_windows *s, const float *image, long index) {
  bp_strip strip = {.source = NULL};
  bp_share(s->rows, (int)index, (int)s->strips, &strip.from, &strip.to);
  const long first = strip.from * s->step_h - s->top;
  strip.next = image + (first + strip_rows(s, strip.to - strip.from)) * s->w * s->c;
  strip.news = (strip.to - strip.from) * s->step_h * s->w * s->c;
  return strip;
}

bp_strip bp_strip_of(const bp_windows *s, const float *image, long index, float *buffer) {
  bp_strip strip = bp_strip_rows_of(s, image, index);
  const long first = strip.from * s->step_h - s->top;
  if (!s->framed) {
    strip.source = image + (first * s->w - s->left) * s->c;
    return strip;
  }
  strip.source = buffer;
  const long broad = (s->columns - 1) * s->step_w + s->tw;
  /* Columns [begin, end) of the image lie in the strip, `left` places (numbers times c) after its start. */
  const long begin = s->left < 0 ? -s->left : 0, end = broad - s->left < s->w ? broad - s->left : s->w;
  const long before = begin + s->left, inside = end > begin ? end - begin : 0;
  const size_t number = sizeof *buffer;
  for (long r = 0; r < strip_rows(s, strip.to - strip.from); r++) {
    float *row = buffer + r * s->pitch;
    if (first + r < 0 || first + r >= s->h || inside == 0) {
      memset(row, 0, (size_t)(broad * s->c) * number);
      continue;
    }
    memset(row, 0, (size_t)(before * s->c) * number);
    memcpy(row + before * s->c, image + ((first + r) * s->w + begin) * s->c, (size_t)(inside * s->c) * number);
    memset(row + (before + inside) * s->c, 0, (size_t)((broad - before - inside) * s->c) * number);
  }
  return strip;
}
