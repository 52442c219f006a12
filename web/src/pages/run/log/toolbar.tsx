import { ActionIcon, Button, Group, TextInput, Tooltip } from "@mantine/core";
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconChevronDown,
  IconChevronUp,
  IconClock,
  IconDownload,
  IconFoldDown,
  IconPlayerPause,
  IconPlayerPlay,
  IconSearch,
  IconTextWrap,
  IconX,
} from "@tabler/icons-react";
import type { ComponentType, RefObject } from "react";
import { formatNumber } from "../../../format/number.ts";
import type { Progress } from "./every-page.ts";
import classes from "./log.module.css";
import type { Download } from "./use-download.ts";
import type { LogSearch } from "./use-log-search.ts";

interface ToolProps {
  label: string;
  icon: ComponentType<{ size: number; stroke?: number; "aria-hidden"?: boolean }>;
  onClick: () => void;
  /** For what is on or off. */
  pressed?: boolean;
  disabled?: boolean;
}

function Tool({ label, icon: Icon, onClick, pressed, disabled }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        variant={pressed ? "light" : "subtle"}
        color={pressed ? "iris" : "gray"}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

interface SearchFieldProps {
  search: LogSearch;
  field: RefObject<HTMLInputElement | null>;
  /** Which match is shown, from 0; -1 for none. */
  at: number;
  onStep: (by: 1 | -1) => void;
  onLeave: () => void;
}

export function SearchField({ search, field, at, onStep, onLeave }: SearchFieldProps) {
  return (
    <search className={classes.search}>
      <TextInput
        ref={field}
        flex={1}
        miw={110}
        size="xs"
        type="search"
        aria-label="Search the log"
        placeholder="Search the log"
        leftSection={<IconSearch size={15} aria-hidden />}
        value={search.text}
        onChange={(event) => search.setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") {
            search.setText("");
            onLeave();
          } else return;
          event.preventDefault();
        }}
      />
      {search.pattern && (
        <>
          <span className={classes.count} role="status">
            {counted(search, at)}
          </span>
          {search.failed && (
            <Button variant="subtle" size="compact-xs" onClick={search.again}>
              Search the rest again
            </Button>
          )}
          <Tool
            label="Previous match"
            icon={IconChevronUp}
            onClick={() => onStep(-1)}
            disabled={!search.matches.length}
          />
          <Tool label="Next match" icon={IconChevronDown} onClick={() => onStep(1)} disabled={!search.matches.length} />
        </>
      )}
    </search>
  );
}

function counted({ matches, progress, cut }: LogSearch, at: number): string {
  const total = `${formatNumber(matches.length)}${cut ? "+" : ""}`;
  const found = at < 0 ? (matches.length === 1 ? "1 line" : `${total} lines`) : `${formatNumber(at + 1)} of ${total}`;
  return progress ? `${found} · searching ${share(progress)}` : found;
}

function share({ lines, total }: Progress): string {
  return total ? `${Math.min(Math.floor((100 * lines) / total), 100)}%` : `${formatNumber(lines)} lines`;
}

interface ToolsProps {
  live: boolean;
  following: boolean;
  onFollow: (following: boolean) => void;
  onStart: () => void;
  onEnd: () => void;
  wrap: boolean;
  onWrap: () => void;
  showTime: boolean;
  onTime: () => void;
  allOpen: boolean;
  onFolds: () => void;
  download: Download;
}

export function Tools(props: ToolsProps) {
  const { live, following, download } = props;
  return (
    <Group gap={2} wrap="nowrap">
      {live && (
        <Button
          variant={following ? "light" : "default"}
          mr={4}
          aria-pressed={following}
          leftSection={following ? <IconPlayerPause size={14} aria-hidden /> : <IconPlayerPlay size={14} aria-hidden />}
          onClick={() => props.onFollow(!following)}
        >
          {following ? "Pause" : "Follow"}
        </Button>
      )}
      <Tool label="To the beginning" icon={IconArrowBarToUp} onClick={props.onStart} />
      <Tool label="To the end" icon={IconArrowBarToDown} onClick={props.onEnd} />
      <Tool label="Wrap long lines" icon={IconTextWrap} pressed={props.wrap} onClick={props.onWrap} />
      <Tool label="Show timestamps" icon={IconClock} pressed={props.showTime} onClick={props.onTime} />
      <Tool label="Unfold tool calls" icon={IconFoldDown} pressed={props.allOpen} onClick={props.onFolds} />
      {download.progress ? (
        <Button
          variant="default"
          ml={4}
          leftSection={<IconX size={14} aria-hidden />}
          onClick={download.stop}
          aria-label={`Stop the download, ${share(download.progress)} done`}
        >
          {share(download.progress)}
        </Button>
      ) : (
        <Tool label="Download as plain text" icon={IconDownload} onClick={download.start} />
      )}
    </Group>
  );
}
