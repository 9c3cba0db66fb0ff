import type { Graph } from '../graph.ts';
import type { Resource } from '../model/resource.ts';
import { valueIfKnown } from '../model/value.ts';
import { exposureOf } from './exposure.ts';

type Image = Resource<'image'>;

const memory = new WeakMap<Graph, ReadonlyMap<string, readonly Image[]>>();

/** The uses of the same reference in one file, itself included, in the order of the file. */
export function imagesAlike(image: Image, graph: Graph): readonly Image[] {
  const known = memory.get(graph) ?? grouped(graph);
  memory.set(graph, known);
  return known.get(keyOf(image)) ?? [image];
}

function grouped(graph: Graph): ReadonlyMap<string, readonly Image[]> {
  const groups = new Map<string, Image[]>();
  for (const image of graph.all('image').items) {
    const group = groups.get(keyOf(image));
    if (group) group.push(image);
    else groups.set(keyOf(image), [image]);
  }
  for (const group of groups.values()) group.sort((left, right) => left.at.start - right.at.start);
  return groups;
}

const levels = ['internet', 'lan', 'private', 'unknown', 'none'];

/** A number that is smaller the further out the image can be reached from. */
export function distanceInto(image: Image, graph: Graph): number {
  return levels.indexOf(exposureOf(image, graph)?.level ?? 'none');
}

function keyOf({ id, reference, at }: Image): string {
  return `${at.source}\n${valueIfKnown(reference) ?? id}`;
}
