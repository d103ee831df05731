import { type ContentLine, contentLine } from './contentLine.js';
import { unfold } from './fold.js';
import { refusal, shown } from './refusal.js';

/** A component with the properties and the components in it. */
export interface Component {
  readonly line: number;
  readonly name: string;
  readonly properties: readonly ContentLine[];
  readonly components: readonly Component[];
}

interface Open extends Component {
  readonly properties: ContentLine[];
  readonly components: Component[];
}

const DEEPEST = 5;

/** The calendars (VCALENDAR) in a text, each as a tree. RFC 5545 §3.4, §3.6. */
export function readComponents(text: string): Component[] {
  const calendars: Component[] = [];
  const open: Open[] = [];
  for (const whole of unfold(text.replace(/^\uFEFF/, ''))) {
    const line = contentLine(whole);
    if (line.name === 'BEGIN') begin(line, open);
    else if (line.name === 'END') end(line, open, calendars);
    else property(line, open);
  }
  if (open.length > 0) throw refusal(open.at(-1)!.line, `BEGIN:${open.at(-1)!.name} has no END`, '3.6');
  if (calendars.length === 0) throw refusal(1, 'there is no BEGIN:VCALENDAR', '3.4');
  return calendars;
}

function begin({ line, value }: ContentLine, open: Open[]): void {
  const name = value.toUpperCase();
  if ((open.length === 0) !== (name === 'VCALENDAR'))
    throw refusal(
      line,
      `BEGIN:${shown(value)} stands ${open.length === 0 ? 'outside' : 'inside'} a calendar`,
      '3.4',
    );
  if (open.length === DEEPEST)
    throw refusal(line, `more than ${DEEPEST} components lie in each other`, '3.6');
  open.push({ line, name, properties: [], components: [] });
}

function end({ line, value }: ContentLine, open: Open[], calendars: Component[]): void {
  const closed = open.pop();
  if (closed?.name !== value.toUpperCase())
    throw refusal(line, `END:${shown(value)} ends ${closed ? `BEGIN:${closed.name}` : 'nothing'}`, '3.6');
  (open.at(-1)?.components ?? calendars).push(closed);
}

function property(line: ContentLine, open: Open[]): void {
  const component = open.at(-1);
  if (!component) throw refusal(line.line, `${line.name} stands outside a calendar`, '3.4');
  component.properties.push(line);
}
