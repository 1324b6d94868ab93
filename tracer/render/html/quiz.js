// Predict mode: what comes next is not shown until one has said in which lane it will be.
const quiz = { on: false, right: 0, asked: 0, last: null };

// The row to be guessed: the next that stands in a lane.
function nextToGuess() {
  for (let i = neighbour(view.current, 1); i >= 0; i = neighbour(i, 1)) if (!isFold(i)) return i;
  return -1;
}

function setPredicting(on) {
  quiz.on = view.secret = on;
  quiz.last = null;
  byId("predict").setAttribute("aria-pressed", on);
  if (on) stopPlaying();
  draw(true);
  showQuiz();
}

function guess(lane) {
  const row = nextToGuess();
  if (row < 0 || !quiz.on) return;
  const right = lane === rows.lane[row], was = party(laneOf(row));
  quiz.asked++;
  if (right) quiz.right++;
  quiz.last = { right, text: right ? `Right: ${was}.` : `Not ${party(trace.lanes[lane])}: it is ${was}.` };
  const focused = byId("quiz").contains(document.activeElement);
  goTo(row, { said: true });
  if (focused) byId("quiz").querySelector("button")?.focus();
}

function showQuiz() {
  const box = byId("quiz"), lanes = trace.lanes.map((_, i) => i).filter((i) => !view.hidden.has(i)), row = quiz.on ? nextToGuess() : -1;
  box.hidden = !quiz.on;
  if (!quiz.on) return box.replaceChildren();
  const parts = [];
  if (quiz.last) parts.push(make("p", quiz.last.right ? "right" : "wrong", quiz.last.text));
  if (row < 0) parts.push(make("p", "ask", "That was the last step."));
  else {
    const choices = make("div", "choices");
    lanes.forEach((lane, i) => {
      const button = make("button", `m${trace.lanes[lane].mode}`, null, make("span", "dot"), trace.lanes[lane].name, ...(i < 9 ? [make("kbd", "", i + 1)] : []));
      button.type = "button";
      button.addEventListener("click", () => guess(lane));
      choices.append(button);
    });
    parts.push(make("p", "ask", CONTROL ? "Who is in control next?" : "Which thread is seen next?"), choices);
  }
  parts.push(make("p", "score", quiz.asked ? `${quiz.right} of ${quiz.asked} right` : "→ shows the answer without a guess"));
  box.replaceChildren(...parts);
  byId("panel").scrollTop = 0;
  if (quiz.last) byId("narrator").prepend(make("span", "unseen", `${quiz.last.text} `));
}

function guessByKey(key) {
  const lanes = trace.lanes.map((_, i) => i).filter((i) => !view.hidden.has(i));
  if (lanes[key - 1] !== undefined) guess(lanes[key - 1]);
}
