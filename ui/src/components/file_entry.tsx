// A sound file as input, by path or by the system's dialog.

import { FolderOpen } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { fileAddress } from '../store/address';
import { Button, CheckRow } from './controls';
import controls from './controls.module.css';
import css from './input_picker.module.css';
import { useServices, useSession } from './services';

const pathOf = (input: string | null | undefined): string =>
  input?.startsWith('file:') ? input.slice('file:'.length).replace(/\?[^?]*$/, '') : '';

export function FileEntry({ onOpen }: { onOpen(address: string): void }) {
  const { actions } = useServices();
  const canPick = useSession((s) => s.canPickFile);
  const input = useSession((s) => s.status?.input);
  const [path, setPath] = useState(() => pathOf(input));
  const [repeat, setRepeat] = useState(true);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim()) onOpen(fileAddress(path.trim(), repeat));
  };
  const browse = async (): Promise<void> => {
    const picked = await actions.pickFile();
    if (picked) setPath(picked);
  };
  return (
    <form className={css['form']} noValidate onSubmit={submit}>
      <div className={css['row']}>
        <div className={`${controls['textField']} ${css['grow']}`}>
          <input
            className={controls['textInput']}
            value={path}
            onChange={(event) => setPath(event.target.value)}
            placeholder="/path/to/recording.wav"
            aria-label="Path of the sound file"
            spellCheck={false}
            autoComplete="off"
            data-testid="file-path"
          />
        </div>
        {canPick && (
          <Button onClick={() => void browse()} data-testid="file-browse">
            <FolderOpen aria-hidden /> Browse
          </Button>
        )}
      </div>
      <CheckRow checked={repeat} onChange={setRepeat} testId="file-loop">
        Begin again at the end
      </CheckRow>
      <div className={css['foot']}>
        <p className={css['note']}>WAV, FLAC, MP3 and Ogg play at their own sample rate.</p>
        <Button type="submit" look="primary" disabled={path.trim() === ''} data-testid="file-open">
          Open
        </Button>
      </div>
    </form>
  );
}
