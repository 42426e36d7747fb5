// The window: bars on top, lanes with the history under them, settings at the side, status below.

import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { Lanes } from '../components/lanes';
import { Notices } from '../components/notices';
import { Overview } from '../components/overview';
import { ServicesContext, useSettings, type Services } from '../components/services';
import { SidePanel } from '../components/side_panel';
import { StatusBar } from '../components/status_bar';
import { TopBar } from '../components/top_bar';
import { ViewBar } from '../components/view_bar';
import css from './app.module.css';

export function App({ services }: { services: Services }) {
  return (
    <CSPProvider disableStyleElements>
      <ServicesContext.Provider value={services}>
        <Tooltip.Provider delay={500}>
          <div className={css['app']}>
            <TopBar />
            <ViewBar />
            <Body />
            <StatusBar />
          </div>
          <Notices />
        </Tooltip.Provider>
      </ServicesContext.Provider>
    </CSPProvider>
  );
}

function Body() {
  const panelOpen = useSettings((s) => s.panelOpen);
  return (
    <div className={css['body']}>
      <div className={css['measure']}>
        <Lanes />
        <Overview />
      </div>
      {panelOpen && <SidePanel />}
    </div>
  );
}
