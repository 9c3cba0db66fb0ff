import { type BaseImage, baseImage, baseOfAnyTag } from '../../facts/base-images.ts';
import type { ShellCommand } from '../../model/command.ts';
import type { StageUser } from '../../model/docker.ts';
import type { Location } from '../../model/location.ts';
import { byDefault, explicit, unresolved, type Value, valueIfKnown } from '../../model/value.ts';
import type { Stage } from './stages.ts';
import type { Launch, UserSetting } from './steps.ts';

/** Who processes run as after this USER, or without one, as the base image has it. */
export function userAfter(setting: UserSetting | null, stage: Stage): Value<StageUser> {
  if (setting) {
    const { name, at } = setting;
    if (name.state === 'unknown') return { ...name, at };
    const root = isRoot(name.value) || stage.state.rootUsers.has(name.value);
    return explicit({ name: name.value, root, setBy: 'instruction' }, at);
  }
  const at = stage.base.at;
  const known = baseOf(stage);
  if (known) {
    const { user: name, root } = known;
    return byDefault({ name, root, setBy: 'base' }, at, valueIfKnown(stage.image) ?? stage.repository ?? '');
  }
  if (stage.image.state === 'unknown') return { ...stage.image, at };
  return unresolved(`which user ${stage.image.value} sets is not known`, at);
}

/** What is known of the image at the root of the chain; for some the name is enough. */
export function baseOf({ image, repository }: Stage): BaseImage | undefined {
  if (image.state !== 'unknown') return baseImage(image.value);
  return repository === null ? undefined : baseOfAnyTag(repository);
}

function isRoot(name: string): boolean {
  return /^(root|0+|Administrator|ContainerAdministrator)$/i.test(name);
}

const droppers =
  /^(gosu|su-exec|setpriv|s6-setuidgid|setuidgid|chpst|runuser|su|sudo|setuser|su-exec-static)$/;
const inits = /^(init|systemd|s6-svscan|supervisord|runsvdir|runit|my_init|openrc|openrc-init)$/;

/** What gives up root among the commands of an entrypoint. */
export function dropperIn(commands: readonly ShellCommand[]): string | null {
  for (const { name, wrappers, args } of commands) {
    const found = [...wrappers, name].find((one) => droppers.test(one));
    if (found === 'setpriv' && !args.length && wrappers.length === 0) continue;
    if (found) return found;
    if (wrappers.includes('chroot') && args.some(({ text }) => text.startsWith('--userspec')))
      return 'chroot';
  }
  return null;
}

/** `script`: what is known of a program that the container starts, by its path in the container. */
export function dropsOf(
  stage: Stage,
  script: (program: string, at: Location) => Value<string | null> | undefined,
): Value<string | null> {
  const { entrypoint, command } = stage.state;
  const launches = [entrypoint, command].filter((launch) => launch !== null);
  const at = (entrypoint ?? command)?.at ?? stage.at;
  for (const launch of launches) {
    const drops = dropperIn(launch.commands);
    if (drops) return explicit(drops, launch.at);
  }
  const ofBase = baseOf(stage)?.drops;
  if (!entrypoint && ofBase)
    return byDefault(ofBase, stage.base.at, valueIfKnown(stage.image) ?? stage.repository ?? '');
  for (const launch of launches) {
    const told = toldBy(launch, script);
    if (told) return told;
  }
  return explicit(null, at);
}

/** What the programs of a launch tell; undefined when none of them could be a script that leaves root. */
function toldBy(
  launch: Launch,
  script: (program: string, at: Location) => Value<string | null> | undefined,
): Value<string | null> | undefined {
  for (const { name, args } of launch.commands) {
    if (inits.test(name)) return unresolved(`what ${name} starts is not known`, launch.at);
    for (const program of [name, ...args.slice(0, 3).map(({ text }) => text)]) {
      const found = script(program, launch.at);
      if (found && !(found.state !== 'unknown' && found.value === null)) return found;
    }
  }
  return undefined;
}
