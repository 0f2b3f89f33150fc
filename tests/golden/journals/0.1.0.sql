BEGIN TRANSACTION;
CREATE TABLE actions (
    job TEXT PRIMARY KEY, execution TEXT NOT NULL, stage TEXT NOT NULL, action TEXT NOT NULL, attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL, status TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL,
    token TEXT, expires REAL, message TEXT NOT NULL DEFAULT '', variables TEXT, artifacts TEXT,
    summary TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', fingerprint TEXT, reused TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO "actions" VALUES('0945a972-a431-524b-983a-3b2c2bf71bd3','8cedef6b-0d95-487e-80ab-c20ee553e8eb','Test','Work',1,0,'Failed',1.79556656019655561445e+09,1.79556656020038676261e+09,NULL,NULL,'',NULL,NULL,'','','JobFailed','broken',NULL,'');
INSERT INTO "actions" VALUES('4b8dadf5-22e1-540a-9e4e-354db9aa9793','8cedef6b-0d95-487e-80ab-c20ee553e8eb','Source','Checkout',1,0,'Succeeded',1.79556656017711400987e+09,1.79556656019655561445e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('9fdf2306-525d-5e6f-a837-0749289c3be2','0190c71a-89a8-4b6e-9bef-bc6c4095cf38','Live','GoLive',1,0,'InProgress',1.79556656030426645283e+09,1.79556656030426645283e+09,'a4ddfbeb-c116-5d16-baea-8814443f372b',1.79617136030426645279e+09,'Ship it?',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('a17ffb05-cae0-5d55-8df1-d0a870202812','87e1974b-a42b-41e0-9633-c86956c4e86d','Source','Checkout',1,0,'Succeeded',1.79556656004276061055e+09,1.79556656010184574126e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('a90228c7-7a55-5096-b583-62d6a673cfcb','0190c71a-89a8-4b6e-9bef-bc6c4095cf38','Source','Checkout',1,0,'Succeeded',1.79556656026642322537e+09,1.79556656029655241964e+09,NULL,NULL,'','{"BucketName": "sources", "ObjectKey": "shop.zip", "ETag": "4f53cda18c2baa0c0354bb5f9a3ecbe5", "VersionId": "4f53cda18c2baa0c0354bb5f9a3ecbe5"}','{"CheckoutOutput": {"files": 0, "size": 0, "sha256": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "revision": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}}','the files of /home/user/source: 0 files, 0 bytes','','','',NULL,'');
INSERT INTO "actions" VALUES('bec4edde-a02b-51d1-a44a-2cc43bea42d3','0190c71a-89a8-4b6e-9bef-bc6c4095cf38','Test','Work',1,0,'Succeeded',1.79556656029655241964e+09,1.79556656030426645283e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('cd4c546c-6fac-5568-90dc-77ba2c6a967f','87e1974b-a42b-41e0-9633-c86956c4e86d','Test','Work',1,0,'Succeeded',1.79556656010184574126e+09,1.7955665601151218414e+09,NULL,NULL,'',NULL,NULL,'','','','',NULL,'');
INSERT INTO "actions" VALUES('f3014fe0-408a-5dc6-b155-3eed2e6d801d','87e1974b-a42b-41e0-9633-c86956c4e86d','Live','GoLive',1,0,'Succeeded',1.7955665601151218414e+09,1.79556656012027597429e+09,NULL,1.79617136011512184149e+09,'Ship it?',NULL,NULL,'given when the run was started','','','',NULL,'');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, execution TEXT, at REAL NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'site',NULL,1.79556656004276061055e+09,'PipelineCreated','{"v":1,"version":1,"definition":{"pipeline":{"name":"site","role_arn":"${Parameter.PipelineRoleArn}","artifact_store":{"location":"${Parameter.ArtifactBucket}"},"stages":[{"name":"Source","actions":[{"name":"Checkout","action_type_id":{"category":"Source","owner":"AWS","provider":"S3"},"configuration":{"S3Bucket":"sources","S3ObjectKey":"shop.zip"},"output_artifacts":[{"name":"CheckoutOutput"}]}]},{"name":"Test","actions":[{"name":"Work","action_type_id":{"category":"Test","owner":"Custom","provider":"T"},"input_artifacts":["CheckoutOutput"]}]},{"name":"Live","actions":[{"name":"GoLive","action_type_id":{"category":"Approval","owner":"AWS","provider":"Manual"},"configuration":{"CustomData":"Ship it?"}}]}]},"origin":{"places":{"":{"file":"/home/user/write.py","line":20},"Source":{"file":"/home/user/write.py","line":20},"Source/Checkout":{"file":"/home/user/write.py","line":17},"Test":{"file":"/home/user/write.py","line":20},"Test/Work":{"file":"/home/user/write.py","line":18},"Live":{"file":"/home/user/write.py","line":20},"Live/GoLive":{"file":"/home/user/write.py","line":19}},"makers":{"CheckoutOutput":"Checkout"}}}}');
INSERT INTO "events" VALUES(2,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656004276061055e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(3,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656004276061055e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(4,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656004276061055e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"a17ffb05-cae0-5d55-8df1-d0a870202812","attempt":1,"deadline":1795570160.0427606}');
INSERT INTO "events" VALUES(5,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656004276061055e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(6,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656010184574126e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"a17ffb05-cae0-5d55-8df1-d0a870202812","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795566560.0841303}');
INSERT INTO "events" VALUES(7,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656010184574126e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(8,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656010184574126e+09,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(9,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656010184574126e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"cd4c546c-6fac-5568-90dc-77ba2c6a967f","attempt":1,"deadline":1795652960.1018457}');
INSERT INTO "events" VALUES(10,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656010282444956e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"cd4c546c-6fac-5568-90dc-77ba2c6a967f"}');
INSERT INTO "events" VALUES(11,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.7955665601151218414e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"cd4c546c-6fac-5568-90dc-77ba2c6a967f","began":1795566560.1027403}');
INSERT INTO "events" VALUES(12,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.7955665601151218414e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(13,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.7955665601151218414e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(14,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.7955665601151218414e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"f3014fe0-408a-5dc6-b155-3eed2e6d801d","attempt":1,"deadline":1796171360.1151218}');
INSERT INTO "events" VALUES(15,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.7955665601151218414e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"f3014fe0-408a-5dc6-b155-3eed2e6d801d","token":"7e8d4b51-ebec-5e8f-8ab3-a6e2a45537d0","expires":1796171360.1151218,"message":"Ship it?"}');
INSERT INTO "events" VALUES(16,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656012027597429e+09,'ActionSucceeded','{"v":1,"stage":"Live","action":"GoLive","job":"f3014fe0-408a-5dc6-b155-3eed2e6d801d","summary":"given when the run was started"}');
INSERT INTO "events" VALUES(17,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656012027597429e+09,'StageSucceeded','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(18,'site','87e1974b-a42b-41e0-9633-c86956c4e86d',1.79556656012027597429e+09,'ExecutionSucceeded','{"v":1}');
INSERT INTO "events" VALUES(19,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656017711400987e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(20,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656017711400987e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(21,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656017711400987e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"4b8dadf5-22e1-540a-9e4e-354db9aa9793","attempt":1,"deadline":1795570160.177114}');
INSERT INTO "events" VALUES(22,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656017711400987e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(23,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656019655561445e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"4b8dadf5-22e1-540a-9e4e-354db9aa9793","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795566560.180414}');
INSERT INTO "events" VALUES(24,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656019655561445e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(25,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656019655561445e+09,'StageEntered','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(26,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656019655561445e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"0945a972-a431-524b-983a-3b2c2bf71bd3","attempt":1,"deadline":1795652960.1965556}');
INSERT INTO "events" VALUES(27,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656019761705402e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"0945a972-a431-524b-983a-3b2c2bf71bd3"}');
INSERT INTO "events" VALUES(28,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656020038676261e+09,'ActionFailed','{"v":1,"stage":"Test","action":"Work","job":"0945a972-a431-524b-983a-3b2c2bf71bd3","code":"JobFailed","message":"broken","began":1795566560.1975467}');
INSERT INTO "events" VALUES(29,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656020038676261e+09,'StageFailed','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(30,'site','8cedef6b-0d95-487e-80ab-c20ee553e8eb',1.79556656020038676261e+09,'ExecutionFailed','{"v":1}');
INSERT INTO "events" VALUES(31,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656026642322537e+09,'ExecutionStarted','{"v":1,"version":1}');
INSERT INTO "events" VALUES(32,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656026642322537e+09,'StageEntered','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(33,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656026642322537e+09,'ActionStarted','{"v":1,"stage":"Source","action":"Checkout","group":0,"job":"a90228c7-7a55-5096-b583-62d6a673cfcb","attempt":1,"deadline":1795570160.2664232}');
INSERT INTO "events" VALUES(34,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656026642322537e+09,'ExecutionBound','{"v":1,"bindings":{"sources":{"Checkout":"/home/user/source"},"hosts":{},"functions":{},"buckets":{},"workers":{"Work":null},"reuse":{"unchanged":false,"given":[],"of":null}}}');
INSERT INTO "events" VALUES(35,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656029655241964e+09,'ActionSucceeded','{"v":1,"stage":"Source","action":"Checkout","job":"a90228c7-7a55-5096-b583-62d6a673cfcb","variables":{"BucketName":"sources","ObjectKey":"shop.zip","ETag":"4f53cda18c2baa0c0354bb5f9a3ecbe5","VersionId":"4f53cda18c2baa0c0354bb5f9a3ecbe5"},"artifacts":{"CheckoutOutput":{"files":0,"size":0,"sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","revision":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"}},"summary":"the files of /home/user/source: 0 files, 0 bytes","began":1795566560.2773085}');
INSERT INTO "events" VALUES(36,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656029655241964e+09,'StageSucceeded','{"v":1,"stage":"Source"}');
INSERT INTO "events" VALUES(37,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656029655241964e+09,'StageEntered','{"v":1,"stage":"Test","dropped":["8cedef6b-0d95-487e-80ab-c20ee553e8eb"]}');
INSERT INTO "events" VALUES(38,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656029655241964e+09,'ActionStarted','{"v":1,"stage":"Test","action":"Work","group":0,"job":"bec4edde-a02b-51d1-a44a-2cc43bea42d3","attempt":1,"deadline":1795652960.2965524}');
INSERT INTO "events" VALUES(39,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.7955665602976782322e+09,'ActionDispatched','{"v":1,"stage":"Test","action":"Work","job":"bec4edde-a02b-51d1-a44a-2cc43bea42d3"}');
INSERT INTO "events" VALUES(40,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656030426645283e+09,'ActionSucceeded','{"v":1,"stage":"Test","action":"Work","job":"bec4edde-a02b-51d1-a44a-2cc43bea42d3","began":1795566560.2976086}');
INSERT INTO "events" VALUES(41,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656030426645283e+09,'StageSucceeded','{"v":1,"stage":"Test"}');
INSERT INTO "events" VALUES(42,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656030426645283e+09,'StageEntered','{"v":1,"stage":"Live"}');
INSERT INTO "events" VALUES(43,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656030426645283e+09,'ActionStarted','{"v":1,"stage":"Live","action":"GoLive","group":0,"job":"9fdf2306-525d-5e6f-a837-0749289c3be2","attempt":1,"deadline":1796171360.3042665}');
INSERT INTO "events" VALUES(44,'site','0190c71a-89a8-4b6e-9bef-bc6c4095cf38',1.79556656030426645283e+09,'ApprovalOpened','{"v":1,"stage":"Live","action":"GoLive","job":"9fdf2306-525d-5e6f-a837-0749289c3be2","token":"a4ddfbeb-c116-5d16-baea-8814443f372b","expires":1796171360.3042665,"message":"Ship it?"}');
CREATE TABLE executions (
    id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, trigger TEXT NOT NULL,
    detail TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL, note TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
INSERT INTO "executions" VALUES('0190c71a-89a8-4b6e-9bef-bc6c4095cf38','site',1,'InProgress','StartPipelineExecution','',1.79556656026642322537e+09,1.79556656030426645283e+09,'',1);
INSERT INTO "executions" VALUES('87e1974b-a42b-41e0-9633-c86956c4e86d','site',1,'Succeeded','StartPipelineExecution','',1.79556656004276061055e+09,1.79556656012027597429e+09,'',0);
INSERT INTO "executions" VALUES('8cedef6b-0d95-487e-80ab-c20ee553e8eb','site',1,'Failed','StartPipelineExecution','',1.79556656017711400987e+09,1.79556656020038676261e+09,'',0);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('projections','b1a5e6e31e4ab68eb2393f5e27bee7a29753e9e4f98eb6d984966339ce210a8e');
CREATE TABLE stages (
    execution TEXT NOT NULL, stage TEXT NOT NULL, status TEXT NOT NULL, entered REAL NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (execution, stage)
) WITHOUT ROWID;
INSERT INTO "stages" VALUES('0190c71a-89a8-4b6e-9bef-bc6c4095cf38','Live','InProgress',1.79556656030426645283e+09,1.79556656030426645283e+09);
INSERT INTO "stages" VALUES('0190c71a-89a8-4b6e-9bef-bc6c4095cf38','Source','Succeeded',1.79556656026642322537e+09,1.79556656029655241964e+09);
INSERT INTO "stages" VALUES('0190c71a-89a8-4b6e-9bef-bc6c4095cf38','Test','Succeeded',1.79556656029655241964e+09,1.79556656030426645283e+09);
INSERT INTO "stages" VALUES('87e1974b-a42b-41e0-9633-c86956c4e86d','Live','Succeeded',1.7955665601151218414e+09,1.79556656012027597429e+09);
INSERT INTO "stages" VALUES('87e1974b-a42b-41e0-9633-c86956c4e86d','Source','Succeeded',1.79556656004276061055e+09,1.79556656010184574126e+09);
INSERT INTO "stages" VALUES('87e1974b-a42b-41e0-9633-c86956c4e86d','Test','Succeeded',1.79556656010184574126e+09,1.7955665601151218414e+09);
INSERT INTO "stages" VALUES('8cedef6b-0d95-487e-80ab-c20ee553e8eb','Source','Succeeded',1.79556656017711400987e+09,1.79556656019655561445e+09);
INSERT INTO "stages" VALUES('8cedef6b-0d95-487e-80ab-c20ee553e8eb','Test','Failed',1.79556656019655561445e+09,1.79556656020038676261e+09);
CREATE INDEX events_of_execution ON events (execution, seq);
CREATE INDEX events_of_pipeline ON events (pipeline, seq);
CREATE INDEX executions_of_pipeline ON executions (pipeline, started);
CREATE INDEX actions_by_fingerprint ON actions (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX actions_of_execution ON actions (execution, started);
COMMIT;
PRAGMA user_version = 1;
